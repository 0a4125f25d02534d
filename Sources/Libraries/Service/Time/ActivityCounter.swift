/// Counts work in progress, so that something else can wait until there is none.
///
/// Handlers, requests and queues report here; ``ManualTime`` moves on only when the count is zero.
public final class ActivityCounter: Sendable {
    private let state = Awaitable(0)

    /// A counter at zero.
    public init() {}

    /// How many pieces of work are in progress.
    public var count: Int {
        state.withLock { $0 }
    }

    /// Notes that a piece of work has begun; each call needs one ``end()``.
    public func begin() {
        state.withLock { $0 += 1 }
    }

    /// Notes that a piece of work has ended.
    public func end() {
        state.withLock { count in
            assert(count > 0, "end() without begin()")
            count = max(0, count - 1)
        }
    }

    /// Runs `body` as one piece of work.
    public func track<Result>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Result
    ) async rethrows -> Result {
        begin()
        defer { end() }
        return try await body()
    }

    /// Returns when the count is zero, or when the waiting task is cancelled.
    public func waitUntilIdle() async {
        await state.until { $0 == 0 }
    }
}
