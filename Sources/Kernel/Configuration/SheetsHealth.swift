public import Service
public import Spreadsheets
import Synchronization

/// The health component `sheets` (runtime chapter, section 6.4): well unless nothing could be loaded at startup, or three
/// calls in a row failed and the last success is more than 15 minutes old. Any success makes it well again, so that a
/// short outage restarts nothing.
public final class SheetsHealth: Sendable {
    private static let patience = Duration.seconds(15 * 60)
    private static let failureLimit = 3

    private struct State {
        var lastSuccess: Timestamp
        var failures = 0
        var hasStartupFailed = false
        var lastError: WorkbookError?
    }

    private let state: Mutex<State>
    private let calendar: any TimeSource

    /// A component that is well.
    public init(calendar: any TimeSource) {
        self.calendar = calendar
        state = Mutex(State(lastSuccess: calendar.steadyNow))
    }

    /// Whether the component is well.
    public var isWell: Bool {
        let now = calendar.steadyNow
        return state.withLock { state in
            !state.hasStartupFailed
                && (state.failures < Self.failureLimit || now - state.lastSuccess <= Self.patience)
        }
    }

    /// Why the last call failed; nil if it succeeded.
    public var lastError: WorkbookError? { state.withLock { $0.lastError } }

    /// Notes how a call ended, after its own retries; nil is success. What says nothing about the service is ignored.
    public func note(_ error: WorkbookError?) {
        let now = calendar.steadyNow
        switch error {
        case nil:
            state.withLock { $0 = State(lastSuccess: now) }
        case .sharing, .notFound, .quota, .transient, .ambiguous, .configuration:
            state.withLock { state in
                state.failures += 1
                state.lastError = error
            }
        case .schema, .data:
            state.withLock { $0.lastError = error }
        case .spreadsheetNotSet, .conflict, .cancelled, .exportUnsupported:
            break
        }
    }

    /// Notes how the pass at startup ended. Buckets that were skipped do not count.
    public func noteStartup(_ results: [RefreshResult]) {
        let counted = results.filter { result in
            if case .skipped = result.outcome { false } else { true }
        }
        guard !counted.isEmpty, !counted.contains(where: \.isOK) else { return }
        state.withLock { $0.hasStartupFailed = true }
    }
}
