/// Discord's documented limits. Texts are measured in UTF-16 units: Discord counts no character as more than these, so
/// what fits here is never refused. Sources are named beside each group.
public enum Limits {
    // Resources, "Create Message"; Reference, "Uploading Files".

    /// Text of a message.
    public static let content = 2000
    /// Embeds of a message.
    public static let embeds = 10
    /// Nonce of a message.
    public static let nonce = 25
    /// Files of a message.
    public static let files = 10
    /// Bytes of one file, in a guild without boosts.
    public static let fileBytes = 10 * 1024 * 1024
    /// Name and alternative text of a file.
    public static let fileText = 1024
    /// Users, or roles, that allowed mentions may list.
    public static let allowedMentions = 100

    // Resources, "Embed Limits".

    /// Texts of all embeds of a message together.
    public static let embedTotal = 6000
    /// Title of an embed.
    public static let embedTitle = 256
    /// Description of an embed.
    public static let embedDescription = 4096
    /// Fields of an embed.
    public static let embedFields = 25
    /// Name of a field.
    public static let fieldName = 256
    /// Value of a field.
    public static let fieldValue = 1024
    /// Footer of an embed.
    public static let footer = 2048
    /// Author line of an embed.
    public static let author = 256
    /// Addresses in embeds.
    public static let url = 2048

    // "Component Reference".

    /// Rows of a message.
    public static let rows = 5
    /// Buttons of a row.
    public static let buttonsPerRow = 5
    /// Custom id of a component or modal.
    public static let customID = 100
    /// Text of a button.
    public static let buttonLabel = 80
    /// Address of a link button.
    public static let buttonURL = 512
    /// Grey text of an empty menu.
    public static let selectPlaceholder = 150
    /// Lines of a menu.
    public static let selectOptions = 25
    /// Label, value and description of a line of a menu.
    public static let optionText = 100
    /// Formatted text as a component.
    public static let textComponent = 4000

    // "Receiving and Responding", "Modal"; "Component Reference", "Text Input", "Label".

    /// Heading of a modal.
    public static let modalTitle = 45
    /// Rows or labels of a modal.
    public static let modalComponents = 5
    /// Heading of a text input or label.
    public static let inputLabel = 45
    /// Explanation of a label.
    public static let labelDescription = 100
    /// Text of a text input.
    public static let inputValue = 4000
    /// Grey text of an empty text input.
    public static let inputPlaceholder = 100

    // "Application Commands".

    /// Name of a command or option.
    public static let commandName = 32
    /// Description of a command or option.
    public static let commandDescription = 100
    /// Options of a command, choices of an option, and proposals while typing.
    public static let commandOptions = 25
    /// Name, and value if text, of a choice.
    public static let choice = 100
    /// Lengths that an option of text may demand.
    public static let optionLength = 6000
    /// Names, descriptions and values of a command with all its options.
    public static let commandTotal = 8000
    /// Commands of kind chat input in one guild.
    public static let commandsPerGuild = 100

    // Resources, "Channel", "Guild", "Emoji"; Resources, "Audit Log".

    /// Name of a channel or thread.
    public static let channelName = 100
    /// Topic of a channel; forums are allowed 4096.
    public static let topic = 1024
    /// Slow mode in seconds.
    public static let rateLimitPerUser = 21_600
    /// Minutes until a thread may archive itself.
    public static let autoArchiveMinutes: Set<Int> = [60, 1440, 4320, 10_080]
    /// Tags of a thread in a forum.
    public static let appliedTags = 5
    /// Overwrites of a channel.
    public static let overwrites = 100
    /// Nickname of a member.
    public static let nickname = 32
    /// Name of an emoji; at least two characters.
    public static let emojiName = 32
    /// Bytes of an emoji's image.
    public static let emojiBytes = 256 * 1024
    /// Reason in the audit log.
    public static let auditReason = 512
    /// Messages deleted at once; at least two.
    public static let bulkDelete = 100
}
