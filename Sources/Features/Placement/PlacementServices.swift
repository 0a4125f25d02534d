public import Books
public import Bot
import Cluster
public import Configuration
public import Discord
public import Journal
public import Service

/// What reservations work with.
public struct PlacementServices: Sendable {
    let seats: SeatBook
    let roster: Roster
    let rest: RESTClient
    let view: GuildViewStore
    let registry: @Sendable () -> Registry
    let settings: @Sendable () -> BotSettings
    let conversations: Conversations
    let renames: ThreadRenames
    let flows: HoldFlows
    let logChannel: LogChannel
    let journal: Journal
    let memberName: @Sendable (UInt64) -> String?
    let resolveMembers: @Sendable ([UInt64]) async -> Void
    let calendar: any TimeSource
    let transport: any TimeSource
    let activity: ActivityCounter
    let logger: Logger

    /// Collects services.
    /// - Parameters:
    ///   - memberName: the name under which a member of the guild is known there; nil for others.
    ///   - flows: what is to be finished, across restarts.
    ///   - resolveMembers: makes the names of members known who were not seen yet.
    public init(
        seats: SeatBook, roster: Roster, rest: RESTClient, view: GuildViewStore,
        registry: @escaping @Sendable () -> Registry, settings: @escaping @Sendable () -> BotSettings,
        conversations: Conversations, renames: ThreadRenames, flows: HoldFlows, logChannel: LogChannel,
        journal: Journal,
        memberName: @escaping @Sendable (UInt64) -> String?,
        resolveMembers: @escaping @Sendable ([UInt64]) async -> Void, calendar: any TimeSource,
        transport: any TimeSource, activity: ActivityCounter, logger: Logger
    ) {
        self.seats = seats
        self.roster = roster
        self.rest = rest
        self.view = view
        self.registry = registry
        self.settings = settings
        self.conversations = conversations
        self.renames = renames
        self.flows = flows
        self.logChannel = logChannel
        self.journal = journal
        self.memberName = memberName
        self.resolveMembers = resolveMembers
        self.calendar = calendar
        self.transport = transport
        self.activity = activity
        self.logger = logger
    }

    var isEnabled: @Sendable (String) -> Bool { settings().isEnabled }

    /// The name of a member, looked up if need be; nil for those who are none.
    func name(of user: UserID) async -> String? {
        await resolveMembers([user.rawValue.rawValue])
        return memberName(user.rawValue.rawValue)
    }

    /// The clans as they were last read.
    /// - Throws: the sentence for the caller where nothing was read yet.
    func clans() async throws(Refusal) -> ClanDirectory {
        do { return try await roster.clans() } catch {
            throw Refusal("The roster cannot be read right now. Please try again in a minute.", result: .error)
        }
    }

    /// The clan with this tag as the roster writes it.
    /// - Throws: the sentence for the caller where there is none.
    func clan(_ word: String) async throws(Refusal) -> Clan {
        guard let tag = ClanTag(word), let clan = try await clans()[tag] else { throw .unknownClan(word) }
        return clan
    }

    /// How hints name the recruiter control thread.
    var controlThread: String {
        registry()[\.channels.recruitersThread].map { "<#\($0)>" } ?? "the recruiter control thread"
    }
}

extension Refusal {
    /// Nobody knows the clan.
    static func unknownClan(_ word: String) -> Refusal {
        let tag = word.codeSpan
        return Refusal("I don't know a clan with the tag \(tag). Please check the tag and try again.", result: .usage)
    }
}

extension StringProtocol {
    /// The text in a code span, on one line and not longer than a tag or a name needs.
    var codeSpan: String {
        let line = split(whereSeparator: \.isWhitespace).joined(separator: " ").replacing("`", with: "ʼ")
        return "`\(line.prefix(60))`"
    }
}

extension StringProtocol {
    /// The text without white space at either end.
    var withoutBlanksAround: Substring {
        let start = Substring(self).drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return start[...last]
    }
}

extension UserID {
    /// Reads a mention or a whole id of 17 to 20 digits; nil for anything else.
    init?(reference text: some StringProtocol) {
        let text = text.withoutBlanksAround
        if case .user(let id)? = Mention(text) {
            self = id
        } else if (17...20).contains(text.count), text.allSatisfy({ $0.isASCII && $0.isNumber }),
            let id = UserID(digits: text)
        {
            self = id
        } else {
            return nil
        }
    }
}
