import Discord
import FoundationEssentials
import Journal
import Service

/// What is remembered of a message with controls.
struct StoredPanel<State: Codable & Sendable>: Codable, Sendable {
    /// The message.
    var message: MessageID
    /// Who may use it.
    var owner: UserID
    /// Where it is.
    var guild: GuildID?
    var channel: ChannelID
    /// When it was last used or shown anew, by Discord's clock, in milliseconds.
    private var used: Int64
    /// What it is about.
    var state: State

    init(message: MessageID, owner: UserID, guild: GuildID?, channel: ChannelID, usedAt: Timestamp, state: State) {
        (self.message, self.owner, self.guild, self.channel) = (message, owner, guild, channel)
        used = usedAt.milliseconds
        self.state = state
    }

    /// When it was last used or shown anew, by Discord's clock.
    var usedAt: Timestamp {
        get { Timestamp(milliseconds: used) }
        set { used = newValue.milliseconds }
    }

    /// Its address in Discord's client.
    var link: String { "https://discord.com/channels/\(guild?.description ?? "@me")/\(channel)/\(message)" }
}

/// The journal's records of one kind of message with controls.
///
/// They are a help, not a need: what they hold is read from the messages where they are lost, so that a journal that fails
/// is logged and stops nobody.
struct PanelBook<State: Codable & Sendable>: Sendable {
    let kind: String
    let journal: Journal
    let logger: Logger

    /// The record of a message.
    func panel(_ message: MessageID) async -> StoredPanel<State>? {
        await attempt("panel not read") {
            guard let record = try await journal.panel(message.rawValue.rawValue), record.kind == kind else {
                return nil
            }
            return decoded(record)
        }
    }

    /// All records, those that changed last first.
    func all() async -> [StoredPanel<State>] {
        await attempt("panels not read") { try await journal.panels(ofKind: kind).compactMap(decoded) } ?? []
    }

    /// The records of one person, those that changed last first.
    func panels(of owner: UserID) async -> [StoredPanel<State>] {
        await all().filter { $0.owner == owner }
    }

    func save(_ panel: StoredPanel<State>) async {
        _ = await attempt("panel not saved") {
            let state = Array(try JSONEncoder().encode(panel))
            try await journal.savePanel(panel.message.rawValue.rawValue, kind: kind, state: state)
        }
    }

    func forget(_ message: MessageID) async {
        _ = await attempt("panel not forgotten") { try await journal.deletePanel(message.rawValue.rawValue) }
    }

    /// A record that an older version wrote in another form is as good as none.
    private func decoded(_ record: PanelRecord) -> StoredPanel<State>? {
        try? JSONDecoder().decode(StoredPanel<State>.self, from: Data(record.state))
    }

    private func attempt<Value>(_ failure: String, _ body: () async throws -> Value?) async -> Value? {
        do {
            return try await body()
        } catch {
            logger.warning(failure, ["kind": .string(kind)], error: error)
            return nil
        }
    }
}
