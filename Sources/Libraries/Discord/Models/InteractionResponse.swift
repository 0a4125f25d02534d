/// The one initial answer to an interaction, due within three seconds.
/// Source: Discord documentation, "Interaction Callback Type".
public enum InteractionResponse: Sendable, Hashable {
    /// Answers a ping.
    case pong
    /// A message.
    case message(MessagePayload)
    /// The bot is said to be thinking; a follow-up replaces that.
    case deferMessage(isEphemeral: Bool)
    /// A component's use is accepted, with nothing shown; its message can be edited later.
    case deferUpdate
    /// The component's message is edited.
    case update(MessageEdit)
    /// Proposals for the option being typed, up to 25.
    case autocomplete([CommandChoice])
    /// A modal; no answer to another modal.
    case modal(ModalPayload)
    /// Starts the application's activity.
    case launchActivity

    /// Discord's number of the answer.
    public var kind: Int {
        switch self {
        case .pong: 1
        case .message: 4
        case .deferMessage: 5
        case .deferUpdate: 6
        case .update: 7
        case .autocomplete: 8
        case .modal: 9
        case .launchActivity: 12
        }
    }
}

/// A modal to open. Source: Discord documentation, "Modal".
public struct ModalPayload: Sendable, Hashable {
    /// Comes back when it is sent.
    public var customID: String
    /// Its heading.
    public var title: String
    /// One to five rows with a text input each, or labels with an input each.
    public var components: [Component]
    /// Makes one from its fields.
    public init(
        customID: String,
        title: String,
        components: [Component] = []
    ) {
        self.customID = customID
        self.title = title
        self.components = components
    }
}
