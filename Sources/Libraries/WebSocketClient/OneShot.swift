import Synchronization

/// An outcome that several parties race to decide: the first one counts. Awaited at most once; cancelling the
/// awaiting task decides it with `CancellationError`.
final class OneShot<Value: Sendable>: Sendable {
    private enum State {
        case undecided
        case awaited(CheckedContinuation<Value, any Error>)
        case decided(Result<Value, any Error>)
    }

    private let state = Mutex(State.undecided)

    /// Returns false if the outcome was decided before.
    @discardableResult
    func decide(_ outcome: Result<Value, any Error>) -> Bool {
        let (continuation, isFirst) = state.withLock { state -> (CheckedContinuation<Value, any Error>?, Bool) in
            switch state {
            case .decided: return (nil, false)
            case .undecided:
                state = .decided(outcome)
                return (nil, true)
            case .awaited(let continuation):
                state = .decided(outcome)
                return (continuation, true)
            }
        }
        continuation?.resume(with: outcome)
        return isFirst
    }

    /// The outcome; `timeout` decides it once `deadline` has passed.
    func value(until deadline: ContinuousClock.Instant, orElse timeout: any Error) async throws -> Value {
        let timer = Task {
            try await Task.sleep(until: deadline, clock: .continuous)
            decide(.failure(timeout))
        }
        defer { timer.cancel() }
        return try await value()
    }

    /// The outcome, whenever it comes.
    func value() async throws -> Value {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let decided = state.withLock { state -> Result<Value, any Error>? in
                    if case .decided(let outcome) = state { return outcome }
                    state = .awaited(continuation)
                    return nil
                }
                if let decided { continuation.resume(with: decided) }
            }
        } onCancel: {
            decide(.failure(CancellationError()))
        }
    }
}
