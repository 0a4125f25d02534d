public import Discord
public import Journal
public import Service

/// The names that threads shall have. Discord allows a thread two renames in ten minutes and does not say so in advance, so
/// that a rename is an effect which comes when it can: who asks for one goes on at once.
///
/// Of several names for one thread the last counts. What is not done survives a restart. Source: design, section 9;
/// placement chapter, section 17.3.
public actor ThreadRenames {
    /// What became of a rename.
    public enum Outcome: Sendable {
        /// The thread has the name, or had it before.
        case renamed
        /// Discord allows it only later; it stays to be done.
        case deferred
        /// Another name was asked for meanwhile.
        case superseded
        /// Discord refused it for good.
        case failed(RESTError)
    }

    private struct Wish {
        var id: Int
        var name: String
        var report: @Sendable (Outcome) -> Void
    }

    private static let prefix = "rename:"
    private static let firstPause = Duration.seconds(5)
    private static let longestPause = Duration.seconds(600)

    private let rest: RESTClient
    private let view: GuildViewStore
    private let journal: Journal
    private let calendar: any TimeSource
    private let logger: Logger
    private let activity: ActivityCounter
    private var wishes: [ChannelID: Wish] = [:]
    private var workers: [ChannelID: Task<Void, Never>] = [:]
    private var next = 0
    private var isStopped = false

    /// Nothing to rename yet.
    public init(
        rest: RESTClient, view: GuildViewStore, journal: Journal, calendar: any TimeSource, logger: Logger,
        activity: ActivityCounter
    ) {
        self.rest = rest
        self.view = view
        self.journal = journal
        self.calendar = calendar
        self.logger = logger
        self.activity = activity
    }

    /// Takes up what an earlier process left. For when the guild is known.
    public func start() async {
        do {
            for (key, name) in try await journal.values(withPrefix: Self.prefix) {
                guard let id = UInt64(key.dropFirst(Self.prefix.count)) else { continue }
                let thread = ChannelID(integerLiteral: id)
                if wishes[thread] == nil { add(name, thread) { _ in } }
            }
        } catch {
            logger.warning("renames left by the last process cannot be read", error: error)
        }
    }

    /// Gives a thread a name as soon as Discord allows it.
    /// - Parameter report: hears of each outcome; a rename that is deferred reports again when it is done.
    public func rename(
        _ thread: ChannelID, to name: String, report: @escaping @Sendable (Outcome) -> Void = { _ in }
    ) async {
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
        for worker in workers.values { await worker.value }
    }

    private func add(_ name: String, _ thread: ChannelID, _ report: @escaping @Sendable (Outcome) -> Void) {
        guard !isStopped else { return }
        next += 1
        wishes[thread]?.report(.superseded)
        wishes[thread] = Wish(id: next, name: name, report: report)
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
            wish.report(outcome.reported)
            switch outcome {
            case .done, .impossible:
                wishes[thread] = nil
                await forget(thread)
            case .later(let wait):
                activity.end()
                try? await calendar.sleep(for: wait ?? pause)
                activity.begin()
                pause = min(pause * 2, Self.longestPause)
            }
        }
        workers[thread] = nil
        activity.end()
    }

    private enum Attempt {
        case done
        case later(Duration?)
        case impossible(RESTError)

        var reported: Outcome {
            switch self {
            case .done: .renamed
            case .later: .deferred
            case .impossible(let error): .failed(error)
            }
        }
    }

    private func attempt(_ name: String, _ thread: ChannelID) async -> Attempt {
        if view.snapshot.channel(thread)?.name == name { return .done }
        do {
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
