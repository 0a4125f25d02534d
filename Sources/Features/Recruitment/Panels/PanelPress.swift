import Bot
import Discord
import Service

/// One use of a control of a panel or of a list of results.
struct PanelPress: Sendable {
    /// The name of the control.
    let name: String
    /// What was chosen in a menu.
    let values: [String]
    /// The message with the control, as it was then.
    let message: Message
    /// Who used it.
    let user: UserID
    /// Whose panel it is; nil where the message does not tell.
    let owner: UserID?
    /// When, by the clock of Discord, which dates messages too.
    let time: Timestamp
    let guild: GuildID?
    let channel: ChannelID

    /// Reads an interaction; nil for one without a message.
    init?(_ id: ComponentID, _ invocation: Invocation) {
        guard case .interaction(let interaction) = invocation.cause, let message = interaction.message,
            case .component(let component) = interaction.content
        else { return nil }
        name = id.name
        values = component.values
        self.message = message
        user = interaction.user.id
        owner = id.fields.first.flatMap { UserID(digits: $0) } ?? Self.owner(statedBy: message)
        time = interaction.id.timestamp
        guild = invocation.guildID
        channel = invocation.channelID
    }

    /// Whose a message is whose custom ids do not say it, as those of earlier deployments: of whom it answered, or of whom
    /// the panel greets.
    private static func owner(statedBy message: Message) -> UserID? {
        if let user = message.interaction?.user { return user.id }
        guard let embed = message.embeds.first, embed.footer?.text == PanelText.summonerOnly,
            case .user(let user)? = Mention.all(in: embed.description ?? "").first
        else { return nil }
        return user
    }
}

/// What both panels say.
enum PanelText {
    /// The footer of a panel.
    static let summonerOnly = "Only the summoner can use this panel."

    static func notYours(_ command: String) -> String {
        "This is not your panel. Type `!\(command)` to open your own."
    }

    static func expired(_ command: String) -> String {
        "This panel has expired. Type `!\(command)` to open a new one."
    }

    static func unreadable(_ command: String) -> String {
        "This panel is from an earlier time, and I cannot tell what it shows. Type `!\(command)` to open a new one."
    }
}

extension Message {
    /// When it got its present form.
    var lastChange: Timestamp { editedAt ?? timestamp }
}
