public import Bot
import Configuration
public import Discord
import JSON
public import Journal
public import Service

/// A reboot that somebody asked for and nobody has confirmed yet.
struct RebootRequest: Sendable, Equatable {
    /// Where the journal keeps it.
    static let key = "reboot.request"
    private static let opening = "📘 **CoreOps** — reboot requested • actor="

    /// The channel of the reply that scheduled the reboot.
    var channel: ChannelID
    /// That reply.
    var message: MessageID
    /// Who asked.
    var actor: String
    /// When.
    var at: Timestamp

    /// The form in the journal.
    var text: String {
        let value: JSONValue = [
            "channel": .string("\(channel)"), "message": .string("\(message)"), "actor": .string(actor),
            "at": .number(at.seconds),
        ]
        return value.text
    }

    /// The form in the log channel.
    var line: String { Self.opening + "\(actor) • channel=\(channel) • message=\(message)" }

    init(channel: ChannelID, message: MessageID, actor: String, at: Timestamp) {
        self.channel = channel
        self.message = message
        self.actor = actor
        self.at = at
    }

    /// Reads the form in the journal; nil for another text.
    init?(journalled text: String) {
        guard let value = try? JSONValue(parsing: text), let at = value["at"]?.double,
            let channel = value["channel"]?.string.flatMap({ ChannelID($0) }),
            let message = value["message"]?.string.flatMap({ MessageID($0) }), let actor = value["actor"]?.string
        else { return nil }
        self.init(
            channel: channel, message: message, actor: actor, at: Timestamp(sinceOrigin: .seconds(at)))
    }

    /// Reads the form in the log channel; nil for another text.
    init?(line: String, at: Timestamp) {
        guard line.hasPrefix(Self.opening) else { return nil }
        let parts = line.dropFirst(Self.opening.count).split(separator: " • ")
        guard parts.count == 3, parts[1].hasPrefix("channel="), parts[2].hasPrefix("message="),
            let channel = ChannelID(String(parts[1].dropFirst("channel=".count))),
            let message = MessageID(String(parts[2].dropFirst("message=".count)))
        else { return nil }
        self.init(channel: channel, message: message, actor: String(parts[0]), at: at)
    }
}

/// Tells whoever asked for a reboot that it is done. Source: coreops chapter, section 7.9.
public struct RebootReceipts: Sendable {
    private static let completion = "📘 **CoreOps** — reboot completed • actor="
    /// How old a request in the log channel may be.
    private static let lifetime = Duration.seconds(900)
    /// How far back the log channel is searched.
    private static let searched = 50

    private let rest: RESTClient
    private let view: GuildViewStore
    private let journal: Journal
    private let logChannel: LogChannel
    private let destination: @Sendable () -> ChannelID?
    private let logger: Logger
    private let calendar: any TimeSource

    /// Creates the receipts.
    /// - Parameter destination: the log channel in force; nil where none is configured.
    public init(
        rest: RESTClient, view: GuildViewStore, journal: Journal, logChannel: LogChannel,
        destination: @escaping @Sendable () -> ChannelID?, logger: Logger, calendar: any TimeSource
    ) {
        self.rest = rest
        self.view = view
        self.journal = journal
        self.logChannel = logChannel
        self.destination = destination
        self.logger = logger
        self.calendar = calendar
    }

    /// Answers the reboot that led to this start, if one did; once the bot is ready.
    public func settle() async {
        do {
            guard let request = try await pending() else { return }
            var answer = MessagePayload(
                content: "✅ Reloaded configuration and rebooted runtime.", allowedMentions: .none,
                nonce: Nonce.derived(from: "reboot:\(request.message)", step: "done"))
            answer.reply = .init(messageID: request.message)
            _ = try await rest.createMessage(answer, in: request.channel)
            let duration = max(.zero, calendar.now - request.at)
            logChannel.post(Self.completion + "\(request.actor) • duration=\(duration.compact)")
        } catch {
            logger.warning("reboot not confirmed", error: error)
        }
        do {
            try await journal.setValue(nil, for: RebootRequest.key)
        } catch {
            logger.warning("reboot request not forgotten", error: error)
        }
    }

    private func pending() async throws -> RebootRequest? {
        if let text = try await journal.value(for: RebootRequest.key) { return RebootRequest(journalled: text) }
        guard let channel = destination(), let own = view.snapshot.ownUser?.id else { return nil }
        // Newest first: a completion before any request means that nothing is pending.
        for message in try await rest.messages(in: channel, limit: Self.searched) where message.author.id == own {
            if message.content.hasPrefix(Self.completion) { return nil }
            let at = message.id.timestamp
            if let request = RebootRequest(line: message.content, at: at) {
                return calendar.now - at < Self.lifetime ? request : nil
            }
        }
        return nil
    }
}
