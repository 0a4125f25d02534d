/// What was awaited did not come about.
public struct NeverHappened: Error {
    /// What it was.
    public var what: String

    /// Says that `what` did not come about.
    public init(what: String) {
        self.what = what
    }
}

/// Returns once `condition` holds; for facts that nobody announces.
/// - Throws: ``NeverHappened`` if it does not within half a minute.
public func eventually(
    _ what: String, isolation: isolated (any Actor)? = #isolation, _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(30)
    var looks = 0
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw NeverHappened(what: what) }
        looks += 1
        // Mostly it is a matter of a few turns; a longer wait leaves the processor to those who are waited for.
        if looks < 100 { await Task.yield() } else { try await Task.sleep(for: .milliseconds(1)) }
    }
}
