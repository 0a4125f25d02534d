/// The fields of dispatches that a bot reads. Both decoders fill the same structs, one by walking a document, one by
/// `Decodable`, so that the same work is compared. Neither the keys nor the optionality differ.
enum Dispatch {
    case message(Message)
    case reaction(Reaction)
    case memberUpdate(Member)
    case presence(Presence)
    case typing(Typing)
    case guild(Guild)
}

struct User {
    var id: Identifier
    var username: String
    var globalName: String?
    var bot: Bool?
    var avatar: String?
}

struct Member {
    var user: User?
    var nick: String?
    var roles: [Identifier]
    var joinedAt: String
}

struct Message {
    var id: Identifier
    var channelID: Identifier
    var guildID: Identifier?
    var author: User
    var member: Member?
    var content: String
    var timestamp: String
    var mentions: [User]
    var embeds: [Embed]
    var attachments: [Attachment]
}

struct Embed {
    var title: String?
    var description: String?
    var fields: [Field]

    struct Field {
        var name: String
        var value: String
    }
}

struct Attachment {
    var id: Identifier
    var filename: String
    var url: String
}

struct Emoji {
    var id: Identifier?
    var name: String?
}

struct Reaction {
    var userID: Identifier
    var channelID: Identifier
    var messageID: Identifier
    var guildID: Identifier?
    var emoji: Emoji
}

struct Presence {
    var userID: Identifier
    var status: String
    var activities: [Activity]

    struct Activity {
        var name: String
        var type: Int
    }
}

struct Typing {
    var userID: Identifier
    var channelID: Identifier
    var timestamp: Int
}

struct Guild {
    var id: Identifier
    var name: String
    var ownerID: Identifier
    var roles: [Role]
    var channels: [Channel]
    var threads: [Channel]
    var members: [Member]
    var emojis: [Emoji]
}

struct Role {
    var id: Identifier
    var name: String
    var permissions: Identifier
    var position: Int
    var color: Int
}

struct Channel {
    var id: Identifier
    var type: Int
    var name: String
    var parentID: Identifier?
    var position: Int?
    var overwrites: [Overwrite]

    struct Overwrite {
        var id: Identifier
        var type: Int
        var allow: Identifier
        var deny: Identifier
    }
}

/// A number that travels as a string of digits.
struct Identifier: Hashable {
    var number: UInt64
}

/// A field is missing or of another kind.
struct MissingField: Error {}

// Filling the model by `Decodable`; in this file, because only here the compiler writes the initializers.

extension Dispatch: Decodable {
    private enum CodingKeys: String, CodingKey { case t, d }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(String.self, forKey: .t) {
        case "MESSAGE_CREATE": self = .message(try container.decode(Message.self, forKey: .d))
        case "MESSAGE_REACTION_ADD": self = .reaction(try container.decode(Reaction.self, forKey: .d))
        case "GUILD_MEMBER_UPDATE": self = .memberUpdate(try container.decode(Member.self, forKey: .d))
        case "PRESENCE_UPDATE": self = .presence(try container.decode(Presence.self, forKey: .d))
        case "TYPING_START": self = .typing(try container.decode(Typing.self, forKey: .d))
        case "GUILD_CREATE": self = .guild(try container.decode(Guild.self, forKey: .d))
        default: throw MissingField()
        }
    }
}

extension Identifier: Decodable {
    init(from decoder: any Decoder) throws {
        guard let number = UInt64(try decoder.singleValueContainer().decode(String.self)) else { throw MissingField() }
        self.number = number
    }
}

extension User: Decodable {
    private enum CodingKeys: String, CodingKey {
        case id, username, bot, avatar
        case globalName = "global_name"
    }
}

extension Member: Decodable {
    private enum CodingKeys: String, CodingKey {
        case user, nick, roles
        case joinedAt = "joined_at"
    }
}

extension Message: Decodable {
    private enum CodingKeys: String, CodingKey {
        case id, author, member, content, timestamp, mentions, embeds, attachments
        case channelID = "channel_id"
        case guildID = "guild_id"
    }
}

extension Embed: Decodable {}
extension Embed.Field: Decodable {}
extension Attachment: Decodable {}
extension Emoji: Decodable {}

extension Reaction: Decodable {
    private enum CodingKeys: String, CodingKey {
        case userID = "user_id"
        case channelID = "channel_id"
        case messageID = "message_id"
        case guildID = "guild_id"
        case emoji
    }
}

extension Presence: Decodable {
    private enum CodingKeys: String, CodingKey { case user, status, activities }

    private struct PartialUser: Decodable {
        var id: Identifier
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        userID = try container.decode(PartialUser.self, forKey: .user).id
        status = try container.decode(String.self, forKey: .status)
        activities = try container.decode([Activity].self, forKey: .activities)
    }
}

extension Presence.Activity: Decodable {}

extension Typing: Decodable {
    private enum CodingKeys: String, CodingKey {
        case timestamp
        case userID = "user_id"
        case channelID = "channel_id"
    }
}

extension Guild: Decodable {
    private enum CodingKeys: String, CodingKey {
        case id, name, roles, channels, threads, members, emojis
        case ownerID = "owner_id"
    }
}

extension Role: Decodable {}

extension Channel: Decodable {
    private enum CodingKeys: String, CodingKey {
        case id, type, name, position
        case parentID = "parent_id"
        case overwrites = "permission_overwrites"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(Identifier.self, forKey: .id)
        type = try container.decode(Int.self, forKey: .type)
        name = try container.decode(String.self, forKey: .name)
        position = try container.decodeIfPresent(Int.self, forKey: .position)
        parentID = try container.decodeIfPresent(Identifier.self, forKey: .parentID)
        overwrites = try container.decodeIfPresent([Overwrite].self, forKey: .overwrites) ?? []
    }
}

extension Channel.Overwrite: Decodable {}
