public import JSON
public import Service

/// One use of a command, a component or a modal, and what became of it.
///
/// Source: Discord, *Receiving and Responding to Interactions*.
public struct SimulatedInteraction: Sendable, Hashable {
    /// Interaction types with Discord's numbers.
    public enum Kind: Int, Sendable, Hashable {
        case command = 2
        case component = 3
        case autocomplete = 4
        case modal = 5
    }

    /// The one initial response, by its callback type.
    public enum Response: Sendable, Hashable {
        /// 4: a message at once.
        case message
        /// 5: a message later.
        case deferredMessage
        /// 6: nothing yet, the component's message may change later.
        case deferredUpdate
        /// 7: the component's message changed.
        case update
        /// 8: choices for an option that is being typed.
        case choices([SimulatedChoice])
        /// 9: a form.
        case modal(SimulatedModal)
        /// None within three seconds; the person reads "This interaction failed".
        case failed
    }

    /// The interaction's id.
    public var id: WorldID
    /// What was used.
    public var kind: Kind
    /// Whose command or component it is.
    public var applicationID: WorldID
    /// The secret with which the application answers.
    public var token: String
    /// Who acted.
    public var userID: WorldID
    /// Where.
    public var channelID: WorldID
    /// In which guild; nil in direct messages.
    public var guildID: WorldID?
    /// The `data` object that the application received.
    public var data: JSONValue
    /// The message whose component was used, or from which the modal was opened.
    public var messageID: WorldID?
    /// The command's full name; empty for components and modals.
    public var commandName: String
    /// For a modal: the interaction that opened it.
    public var openerID: WorldID?
    /// Transport time of the use; the three seconds run from here.
    public var usedAt: Timestamp
    /// The initial response; nil while the person waits.
    public var response: Response?
    /// The message that `@original` names.
    public var originalID: WorldID?
    /// Whether a deferred answer will be ephemeral.
    public var isEphemeral = false
    /// Follow-up messages.
    public var followUps: [WorldID] = []
}

/// What a person finally sees of an interaction.
public enum InteractionAnswer: Sendable, Hashable {
    /// A new message, ephemeral or not.
    case message(SimulatedMessage)
    /// The component's message changed.
    case updated(SimulatedMessage)
    /// A form opened.
    case modal(SimulatedModal)
    /// The component was acknowledged without a visible effect.
    case deferred
    /// Suggestions for an option.
    case choices([SimulatedChoice])
    /// "This interaction failed".
    case failed
}

/// A form that a person fills in.
public struct SimulatedModal: Sendable, Hashable {
    /// One input of a form.
    public struct Field: Sendable, Hashable {
        /// The custom id.
        public var customID: String
        /// The component's type: 4 text, 3 string menu, 5 to 8 entity menus.
        public var type: Int
        /// The text above the input.
        public var label: String
        /// The text below the label.
        public var description: String?
        /// 1 for one line, 2 for a paragraph.
        public var style: Int
        /// Whether the form can be sent without it.
        public var isRequired: Bool
        /// The grey text of an empty input.
        public var placeholder: String?
        /// What is filled in at first.
        public var value: String?
        /// The shortest text allowed.
        public var minimumLength: Int
        /// The longest text allowed.
        public var maximumLength: Int
        /// The values of a string menu.
        public var options: [SimulatedSelect.Option]
    }

    /// The custom id.
    public var customID: String
    /// The form's title.
    public var title: String
    /// The inputs in order.
    public var fields: [Field]
    /// The components as the application sent them; the submission mirrors them.
    public var components: [JSONValue]
    /// The interaction that the form answered.
    public var interactionID: WorldID
}

/// A suggestion for an option that is being typed.
public struct SimulatedChoice: Sendable, Hashable {
    /// The text shown.
    public var name: String
    /// The value sent.
    public var value: JSONValue
}

/// A registered application command.
public struct SimulatedCommand: Sendable, Hashable {
    /// The command's id.
    public var id: WorldID
    /// The application that registered it.
    public var applicationID: WorldID
    /// The guild; nil for a global command.
    public var guildID: WorldID?
    /// Changes with each edit.
    public var version: WorldID
    /// Discord's number: 1 slash, 2 user, 3 message.
    public var type: Int
    /// The name.
    public var name: String
    /// All other properties, in the shape of the command object.
    public var definition: JSONValue
}

/// A slash command, or one of its subcommands, as a person's client offers it.
public struct OfferedCommand: Sendable, Hashable {
    /// The full name, for example `shards panel`.
    public var words: String
    /// What it does.
    public var description: String
    /// Whose command it is.
    public var applicationID: WorldID
    /// The options in the shape of the command object.
    public var options: [JSONValue]

    /// A definition's own leaf, or those of its subcommands and groups.
    static func leaves(of definition: JSONValue, under group: String, by applicationID: WorldID) -> [OfferedCommand] {
        let words = group + (definition["name"]?.string ?? "")
        let options = definition["options"]?.list ?? []
        let inner = options.filter { ($0["type"]?.int ?? 3) <= 2 }
        guard inner.isEmpty else { return inner.flatMap { leaves(of: $0, under: words + " ", by: applicationID) } }
        return [
            OfferedCommand(
                words: words, description: definition["description"]?.string ?? "", applicationID: applicationID,
                options: options)
        ]
    }
}
