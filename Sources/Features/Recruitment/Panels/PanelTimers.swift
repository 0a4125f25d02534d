import Discord
import Service

/// Waits until messages with controls were unused for long enough, those of an earlier process too.
///
/// A timer is not set anew at each use: when it rings, it is told how long the message still has.
struct PanelTimers: Sendable {
    /// Closes a message if its time has come; else says until when it has.
    typealias Lapse = @Sendable (MessageID) async -> Timestamp?

    private struct Timer: Sendable {
        var message: MessageID
        var deadline: Timestamp
    }

    private let calendar: any TimeSource
    private let activity: ActivityCounter
    private let timers: AsyncStream<Timer>
    private let start: AsyncStream<Timer>.Continuation

    init(calendar: any TimeSource, activity: ActivityCounter) {
        self.calendar = calendar
        self.activity = activity
        (timers, start) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(4096))
    }

    /// Sets the timer of a message that has none yet.
    func watch(_ message: MessageID, until deadline: Timestamp) {
        start.yield(Timer(message: message, deadline: deadline))
    }

    /// Lets timers run until the task is cancelled.
    func run(_ lapse: @escaping Lapse) async {
        await withDiscardingTaskGroup { group in
            for await timer in timers {
                group.addTask { await keep(timer, lapse) }
            }
            group.cancelAll()
        }
    }

    private func keep(_ timer: Timer, _ lapse: Lapse) async {
        var deadline: Timestamp? = timer.deadline
        while let time = deadline {
            do { try await calendar.sleep(until: time) } catch { return }
            activity.begin()
            deadline = await Trace.$current.withValue(Trace.make()) { await lapse(timer.message) }
            activity.end()
        }
    }
}
