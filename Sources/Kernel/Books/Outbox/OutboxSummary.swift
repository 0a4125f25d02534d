import Journal
import Service
import Synchronization

/// What an outbox holds and has done since the process began.
public struct OutboxSummary: Sendable, Hashable {
    /// Entries that are not settled.
    public var pending = 0
    /// How long the oldest of them has waited; nil without any.
    public var oldestAge: Duration?
    /// Changes that were made.
    public var applied = 0
    /// Changes that gave way to a person's.
    public var conflicts = 0
    /// Changes that a sheet refused for good.
    public var refused = 0
    /// Changes that were taken back before a failure was reported.
    public var withdrawn = 0
    /// Attempts that have to be made again.
    public var retries = 0
}

/// The counters of an outbox, for ``OutboxSummary`` and `/metrics`.
final class OutboxCounts: Sendable {
    private struct State {
        var summary = OutboxSummary()
        var oldest: Timestamp?
    }

    /// How many changes have their outcome; those who wait for progress wait here.
    let progress = Awaitable(0)
    private let state = Mutex(State())
    private let metrics: Metrics
    private let calendar: any TimeSource

    init(metrics: Metrics, calendar: any TimeSource) {
        self.metrics = metrics
        self.calendar = calendar
        metrics.beforeExposition { [weak self] in self?.refresh() }
    }

    /// How many changes have their outcome.
    var settled: Int { progress.withLock { $0 } }

    var summary: OutboxSummary {
        state.withLock { state in
            var summary = state.summary
            summary.oldestAge = state.oldest.map { max(calendar.now - $0, .zero) }
            return summary
        }
    }

    func note(pending: Int, oldest: Timestamp?) {
        state.withLock { state in
            state.summary.pending = pending
            state.oldest = oldest
        }
    }

    func count(_ outcome: OutboxEntry.State) {
        state.withLock { state in
            switch outcome {
            case .applied: state.summary.applied += 1
            case .conflict: state.summary.conflicts += 1
            case .refused: state.summary.refused += 1
            case .withdrawn: state.summary.withdrawn += 1
            case .pending: break
            }
        }
        metrics.counter(
            "outbox_settled_total", help: "Changes of the workbook that have their outcome.",
            labels: ["outcome": outcome.rawValue]
        ).increment()
        progress.withLock { $0 += 1 }
    }

    func countRetry() {
        state.withLock { $0.summary.retries += 1 }
        metrics.counter("outbox_retries_total", help: "Attempts to change the workbook that are made again.")
            .increment()
    }

    private func refresh() {
        let summary = summary
        metrics.gauge("outbox_pending", help: "Changes of the workbook that are not made yet.")
            .set(Double(summary.pending))
        metrics.gauge("outbox_oldest_seconds", help: "Age of the oldest change that is not made yet.")
            .set((summary.oldestAge ?? .zero).inSeconds)
    }
}
