public import Discord
public import Journal
public import Service

/// The names that threads shall have. Discord allows a thread two renames in ten minutes and does not say so in advance, so
/// that a rename is an effect which comes when it can: who asks for one goes on at once.
///
/// Of several names for one thread the last counts. What is not done survives a restart. The thread is looked at right before
/// it is renamed: people and other programs rename threads too, and some names stay. Source: design, section 9; placement
/// chapter, section 17.3.
public actor ThreadRenames {
    /// What became of a rename.
    public enum Outcome: Sendable {
        /// The thread has the name, or had it before.
        case renamed
        /// Discord allows it only later; it stays to be done.
        case deferred
        /// Another name was asked for meanwhile.
        case superseded
        /// The name that the thread has by now stays.
        case kept
        /// Discord refused it for good.
        case failed(RESTError)
    }

    private struct Wish {
        var id: Int
        var name: String
        var isDeferred = false
        var report: @Sendable (Outcome) -> Void
    }

    private static let prefix = "rename:"
    private static let firstPause = Duration.seconds(5)
    private static let longestPause = Duration.seconds(600)

    private let rest: RESTClient
    private let journal: Journal
    private let calendar: any TimeSource
    private let logger: Logger
    private let activity: ActivityCounter
    private let mayReplace: @Sendable (_ present: String, _ next: String) -> Bool
    private var wishes: [ChannelID: Wish] = [:]
    private var workers: [ChannelID: Task<Void, Never>] = [:]
    private var naps: [ChannelID: Task<Void, Never>] = [:]
    /// Threads that this process was asked to rename: what the last one left for them no longer counts.
    private var asked: Set<ChannelID> = []
    private var next = 0
    private var isStopped = false

    /// Nothing to rename yet.
    /// - Parameter mayReplace: whether the name that a thread has right before it would be renamed may give way.
    public init(
        rest: RESTClient, journal: Journal, calendar: any TimeSource, logger: Logger, activity: ActivityCounter,
        mayReplace: @escaping @Sendable (_ present: String, _ next: String) -> Bool = { _, _ in true }
    ) {
        self.rest = rest
        self.journal = journal
        self.calendar = calendar
        self.logger = logger
        self.activity = activity
        self.mayReplace = mayReplace
    }

    /// Takes up what an earlier process left. For when the guild is known.
    /// - Parameter report: hears of each outcome of those renames.
    public func start(report: @escaping @Sendable (ChannelID, String, Outcome) -> Void = { _, _, _ in }) async {
        do {
            for (key, name) in try await journal.values(withPrefix: Self.prefix) {
                guard let id = UInt64(key.dropFirst(Self.prefix.count)) else { continue }
                let thread = ChannelID(integerLiteral: id)
                if !asked.contains(thread) { add(name, thread) { report(thread, name, $0) } }
            }
        } catch {
            logger.warning("renames left by the last process cannot be read", error: error)
        }
    }

    /// The name that a thread shall have and does not have yet; nil if nothing is to be done. Whoever decides about a name
    /// begins with this one.
    public func pendingName(of thread: ChannelID) async -> String? {
        if asked.contains(thread) || wishes[thread] != nil { return wishes[thread]?.name }
        // What an earlier process left may not have been taken up yet.
        return try? await journal.value(for: Self.key(thread))
    }

    /// Gives a thread a name as soon as Discord allows it.
    /// - Parameter report: hears of each outcome; a rename that is deferred reports that once, and again when it is done.
    public func rename(
        _ thread: ChannelID, to name: String, report: @escaping @Sendable (Outcome) -> Void = { _ in }
    ) async {
        asked.insert(thread)
        do {
            try await journal.setValue(name, for: Self.key(thread))
        } catch {
            logger.warning("rename not journalled", ["thread": .string("\(thread)")], error: error)
        }
        add(name, thread, report)
    }

    /// Cancels what waits; the next process takes it up.
    public func stop() async {
        isStopped = true
        for worker in workers.values { worker.cancel() }
        for nap in naps.values { nap.cancel() }
        for worker in workers.values { await worker.value }
    }

    private func add(_ name: String, _ thread: ChannelID, _ report: @escaping @Sendable (Outcome) -> Void) {
        guard !isStopped else { return }
        next += 1
        wishes[thread]?.report(.superseded)
        wishes[thread] = Wish(id: next, name: name, report: report)
        // The new name may be the one that the thread has, or one that needs no waiting.
        naps[thread]?.cancel()
        guard workers[thread] == nil else { return }
        activity.begin()
        workers[thread] = Task { await self.work(on: thread) }
    }

    /// Works until the thread has the last name that was asked for. Counts as activity except while it waits.
    private func work(on thread: ChannelID) async {
        var pause = Self.firstPause
        while let wish = wishes[thread], !Task.isCancelled {
            let outcome = await attempt(wish.name, thread)
            guard wishes[thread]?.id == wish.id else { continue }
            switch outcome {
            case .done, .kept, .impossible:
                wishes[thread] = nil
                await forget(thread)
                wish.report(outcome.reported)
            case .later(let wait):
                if !wish.isDeferred, !isStopped {
                    wishes[thread]?.isDeferred = true
                    wish.report(.deferred)
                }
                await nap(wait ?? pause, thread)
                pause = min(pause * 2, Self.longestPause)
            }
        }
        workers[thread] = nil
        activity.end()
    }

    /// Waits until it is time, or another name is asked for.
    private func nap(_ time: Duration, _ thread: ChannelID) async {
        guard !isStopped else { return }
        let nap = Task { [calendar] in _ = try? await calendar.sleep(for: time) }
        naps[thread] = nap
        activity.end()
        await nap.value
        activity.begin()
        naps[thread] = nil
    }

    private enum Attempt {
        case done
        case kept
        case later(Duration?)
        case impossible(RESTError)

        var reported: Outcome {
            switch self {
            case .done: .renamed
            case .kept: .kept
            case .later: .deferred
            case .impossible(let error): .failed(error)
            }
        }
    }

    private func attempt(_ name: String, _ thread: ChannelID) async -> Attempt {
        do {
            let present = try await rest.channel(thread, .within(.seconds(5))).name ?? ""
            if present == name { return .done }
            guard mayReplace(present, name) else { return .kept }
            _ = try await rest.editChannel(thread, ChannelEdit(name: name), .within(.seconds(5)))
            return .done
        } catch {
            if case .rateLimited(let wait) = error { return .later(max(wait, .seconds(1))) }
            if error.isTransient || error == .cancelled { return .later(nil) }
            return .impossible(error)
        }
    }

    private func forget(_ thread: ChannelID) async {
        do {
            if wishes[thread] == nil { try await journal.setValue(nil, for: Self.key(thread)) }
        } catch {
            logger.warning("rename not struck off", ["thread": .string("\(thread)")], error: error)
        }
    }

    private static func key(_ thread: ChannelID) -> String { "\(prefix)\(thread)" }
}
