/// Repeats work and gives the rate of the best of several rounds: what disturbs a measurement only ever slows it down.
enum Stopwatch {
    static let rounds = 5
    private static let shortestRound = Duration.milliseconds(400)

    /// How often a second `work` can be done. Its first call warms up and is not counted.
    static func rate(of work: () throws -> Void) rethrows -> Double {
        try work()
        var best = 0.0
        for _ in 0..<rounds {
            let clock = ContinuousClock()
            let start = clock.now
            var count = 0
            repeat {
                try work()
                count += 1
            } while clock.now - start < shortestRound
            best = max(best, Double(count) / (clock.now - start).inSeconds)
        }
        return best
    }

    /// How many of `count` pieces of work are done each second when `body` does them all; the best of several rounds.
    static func rate(of count: Int, _ body: @Sendable () async throws -> Void) async rethrows -> Double {
        try await body()
        var best = 0.0
        for _ in 0..<rounds {
            let clock = ContinuousClock()
            let start = clock.now
            try await body()
            best = max(best, Double(count) / (clock.now - start).inSeconds)
        }
        return best
    }
}

extension Duration {
    var inSeconds: Double { self / .seconds(1) }
}

/// Keeps a result alive, so that the optimizer cannot drop the work that made it.
@inline(never)
func keep<Value>(_ value: borrowing Value) {}
