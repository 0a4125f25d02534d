/// Runs work at its slots. A piece of work never overlaps itself; slots that pass while it runs are left out.
///
/// ```swift
/// let scheduler = Scheduler(calendar: CalendarTime())
/// await scheduler.add("sweep", schedule: { .every(.seconds(900)) }, jitter: .small) { slot in await sweep(slot) }
/// ```
///
/// Sleepers look at the clock at least once a minute, as ``CalendarTime`` does, so that a clock which is set is noticed.
/// A clock that is set back repeats no slot. Source: runtime chapter, sections 12.1 and 12.2.
public actor Scheduler {
    private struct Entry {
        var schedule: @Sendable () -> Schedule?
        var jitter: Jitter
        var work: @Sendable (Timestamp) async -> Void
        /// The slot that is waited for.
        var next: Timestamp?
        /// A slot that was missed and is served before any other.
        var missed: Timestamp?
        var nap: Task<Void, any Error>?
        var life: Task<Void, Never>?
    }

    /// How long something without any slot rests before it looks again.
    private static let rest = Duration.seconds(86_400)

    private let calendar: any TimeSource
    private let activity: ActivityCounter
    private let delay: @Sendable (ClosedRange<Int>) -> Int
    private var entries: [String: Entry] = [:]
    private var isStopped = false

    /// A scheduler without work.
    /// - Parameters:
    ///   - activity: counts runs in progress.
    ///   - delay: picks a number of seconds for jitter.
    public init(
        calendar: any TimeSource, activity: ActivityCounter = ActivityCounter(),
        delay: @escaping @Sendable (ClosedRange<Int>) -> Int = { Int.random(in: $0) }
    ) {
        self.calendar = calendar
        self.activity = activity
        self.delay = delay
    }

    /// Adds work. A name that is taken keeps its work; false then.
    /// - Parameter schedule: asked before each wait; nil while there is nothing to wait for.
    @discardableResult
    public func add(
        _ name: String, schedule: @escaping @Sendable () -> Schedule?, jitter: Jitter = .none,
        work: @escaping @Sendable (_ slot: Timestamp) async -> Void
    ) -> Bool {
        guard entries[name] == nil, !isStopped else { return false }
        let start = calendar.now
        entries[name] = Entry(schedule: schedule, jitter: jitter, work: work, next: schedule()?.next(after: start))
        entries[name]?.life = Task { await self.live(name, from: start) }
        return true
    }

    /// The slot that work waits for; while it runs, the one after that.
    public func next(of name: String) -> Timestamp? { entries[name]?.next }

    /// Serves a slot that was missed, as soon as the work does not run.
    public func catchUp(_ name: String, on slot: Timestamp) {
        entries[name]?.missed = slot
        entries[name]?.nap?.cancel()
    }

    /// Asks for all schedules again, because some may have changed.
    public func replan() {
        for entry in entries.values { entry.nap?.cancel() }
    }

    /// Cancels all waits and all runs, and returns when they have ended.
    public func stop() async {
        isStopped = true
        for entry in entries.values { entry.life?.cancel() }
        for entry in entries.values { await entry.life?.value }
    }

    private func live(_ name: String, from start: Timestamp) async {
        // Slots up to here are served, or were before the start.
        var served = start
        while !Task.isCancelled, let entry = entries[name] {
            if let missed = entry.missed {
                entries[name]?.missed = nil
                await run(name, entry, missed)
                continue
            }
            let schedule = entry.schedule()
            let slot = schedule?.next(after: served)
            entries[name]?.next = slot
            guard let schedule, let slot else {
                _ = await hasSlept(name, until: calendar.now + Self.rest)
                served = max(served, calendar.now)
                continue
            }
            let limit = entry.jitter.limit(for: schedule)
            let wait = limit > 0 ? Duration.seconds(delay(0...limit)) : .zero
            guard await hasSlept(name, until: slot + wait) else {
                // Slots that a new schedule would have had in the past are not made up for.
                if entry.schedule() != schedule { served = max(served, calendar.now) }
                continue
            }
            entries[name]?.next = schedule.next(after: max(slot, calendar.now))
            await run(name, entry, slot)
            served = max(slot, calendar.now)
        }
    }

    private func run(_ name: String, _ entry: Entry, _ slot: Timestamp) async {
        await activity.track { await entry.work(slot) }
    }

    /// Whether the time has come; false if the wait was broken off.
    private func hasSlept(_ name: String, until time: Timestamp) async -> Bool {
        let nap = Task { [calendar] in try await calendar.sleep(until: time) }
        entries[name]?.nap = nap
        defer { entries[name]?.nap = nil }
        return await withTaskCancellationHandler {
            (try? await nap.value) != nil
        } onCancel: {
            nap.cancel()
        }
    }
}
