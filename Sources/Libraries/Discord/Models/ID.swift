public import Service

/// A snowflake that knows what it identifies, so that a channel's id is never taken for a role's.
///
/// ```swift
/// let channel: ChannelID = 175928847299117063
/// "/channels/\(channel)"
/// ```
public struct ID<Tag>: RawRepresentable, Sendable, Hashable {
    /// The untyped snowflake.
    public var rawValue: Snowflake

    /// Gives a snowflake its meaning.
    public init(rawValue: Snowflake) {
        self.rawValue = rawValue
    }

    /// The least id of an instant: a border to page with.
    public init(at time: Timestamp) {
        rawValue = Snowflake(at: time)
    }

    /// When the object was created.
    public var timestamp: Timestamp { rawValue.timestamp }
}

extension ID: Comparable {
    /// Older before younger.
    public static func < (left: ID, right: ID) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension ID: LosslessStringConvertible {
    /// Reads decimal digits; nil for anything else.
    public init?(_ text: String) {
        self.init(digits: text)
    }

    /// Reads decimal digits of a part of a text, as in a mention; nil for anything else.
    public init?(digits text: some StringProtocol) {
        guard let snowflake = Snowflake(digits: text) else { return nil }
        rawValue = snowflake
    }

    /// The decimal digits.
    public var description: String { rawValue.description }
}

extension ID: ExpressibleByIntegerLiteral {
    /// Makes one from a literal number.
    public init(integerLiteral value: UInt64) {
        rawValue = Snowflake(rawValue: value)
    }
}

extension ID: Codable {
    /// Reads the decimal digits of a text, as Discord writes ids in JSON.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = Self(digits: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not the digits of an id")
        }
        self = id
    }

    /// Writes the decimal digits as a text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// What an ``ID`` can identify. The cases have no values: they exist as type arguments only.
public enum IDTag {
    /// An application, of which the bot is the user.
    public enum Application {}
    /// A file attached to a message.
    public enum Attachment {}
    /// A channel or thread.
    public enum Channel {}
    /// An application command.
    public enum Command {}
    /// A custom emoji.
    public enum Emoji {}
    /// A guild, called server in Discord's client.
    public enum Guild {}
    /// One use of a command, component or modal.
    public enum Interaction {}
    /// A message.
    public enum Message {}
    /// A role of a guild.
    public enum Role {}
    /// A sticker.
    public enum Sticker {}
    /// A tag of a forum.
    public enum ForumTag {}
    /// A person or bot.
    public enum User {}
    /// A webhook.
    public enum Webhook {}
    /// An entry of the audit log.
    public enum AuditLogEntry {}
}

/// Identifies an application.
public typealias ApplicationID = ID<IDTag.Application>
/// Identifies an attachment within its message.
public typealias AttachmentID = ID<IDTag.Attachment>
/// Identifies a channel or thread.
public typealias ChannelID = ID<IDTag.Channel>
/// Identifies an application command.
public typealias CommandID = ID<IDTag.Command>
/// Identifies a custom emoji.
public typealias EmojiID = ID<IDTag.Emoji>
/// Identifies a guild.
public typealias GuildID = ID<IDTag.Guild>
/// Identifies an interaction.
public typealias InteractionID = ID<IDTag.Interaction>
/// Identifies a message.
public typealias MessageID = ID<IDTag.Message>
/// Identifies a role.
public typealias RoleID = ID<IDTag.Role>
/// Identifies a sticker.
public typealias StickerID = ID<IDTag.Sticker>
/// Identifies a tag of a forum.
public typealias ForumTagID = ID<IDTag.ForumTag>
/// Identifies a user.
public typealias UserID = ID<IDTag.User>
/// Identifies a webhook.
public typealias WebhookID = ID<IDTag.Webhook>
/// Identifies an entry of the audit log.
public typealias AuditLogEntryID = ID<IDTag.AuditLogEntry>

extension GuildID {
    /// The `@everyone` role, which has the guild's own number.
    public var everyoneRole: RoleID { RoleID(rawValue: rawValue) }
}

extension MessageID {
    /// The thread started from this message, which has the message's own number.
    public var thread: ChannelID { ChannelID(rawValue: rawValue) }
}

extension ChannelID {
    /// The message from which this thread was started, if it was: the two share a number.
    public var starterMessage: MessageID { MessageID(rawValue: rawValue) }
}
