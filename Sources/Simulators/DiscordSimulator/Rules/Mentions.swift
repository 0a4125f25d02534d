import JSON

/// What a message's text names.
///
/// Source: Discord, *API Reference*, "Message Formatting".
struct MentionTokens: Equatable {
    var users: [WorldID] = []
    var roles: [WorldID] = []
    var channels: [WorldID] = []
    var everyone = false

    /// Finds `<@id>`, `<@!id>`, `<@&id>`, `<#id>`, `@everyone` and `@here`, outside of code.
    init(in text: String) {
        let bytes = Array(text.utf8)
        var index = 0
        var isInCode = false
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "`"):
                isInCode.toggle()
                index += 1
            case UInt8(ascii: "<") where !isInCode:
                index = readToken(bytes, from: index)
            case UInt8(ascii: "@") where !isInCode:
                if bytes[index...].starts(with: "@everyone".utf8) || bytes[index...].starts(with: "@here".utf8) {
                    everyone = true
                }
                index += 1
            default:
                index += 1
            }
        }
    }

    /// Reads one `<…>` token; answers where to go on.
    private mutating func readToken(_ bytes: [UInt8], from start: Int) -> Int {
        guard let end = bytes[start...].prefix(26).firstIndex(of: UInt8(ascii: ">")) else { return start + 1 }
        let body = String(decoding: bytes[(start + 1)..<end], as: UTF8.self)
        let kinds: [(prefix: String, keep: WritableKeyPath<MentionTokens, [WorldID]>)] = [
            ("@&", \.roles), ("@!", \.users), ("@", \.users), ("#", \.channels),
        ]
        for (prefix, keep) in kinds where body.hasPrefix(prefix) {
            guard let id = WorldID(snowflake: String(body.dropFirst(prefix.count))) else { continue }
            if !self[keyPath: keep].contains(id) { self[keyPath: keep].append(id) }
            return end + 1
        }
        return start + 1
    }
}

/// Which of the mentions in a text the sender means.
///
/// Source: Discord, *Message*, "Allowed Mentions Object".
struct AllowedMentions: Sendable, Equatable {
    /// Kinds that are meant as a whole.
    var parsesUsers = true
    var parsesRoles = true
    var parsesEveryone = true
    /// Single users and roles that are meant.
    var users: Set<WorldID> = []
    var roles: Set<WorldID> = []
    /// Whether a reply pings the one replied to; nil leaves the default of the endpoint.
    var repliedUser: Bool?

    /// Everything is meant, as without the field.
    static let everything = AllowedMentions()

    private init() {}

    /// Reads the field of a message form.
    init(_ value: JSONValue?, errors: inout FieldErrors) {
        guard let value, !value.isNull else { return }
        let path = ["allowed_mentions"]
        errors.model(value, at: path)
        (parsesUsers, parsesRoles, parsesEveryone) = (false, false, false)
        repliedUser = errors.flag(value["replied_user"], at: path + ["replied_user"]) ?? false
        for (index, kind) in (errors.array(value["parse"], atMost: 3, at: path + ["parse"]) ?? []).enumerated() {
            switch kind.string {
            case "users": parsesUsers = true
            case "roles": parsesRoles = true
            case "everyone": parsesEveryone = true
            default:
                errors.add(
                    path + ["parse", String(index)], "BASE_TYPE_CHOICES",
                    "Value must be one of ('users', 'roles', 'everyone').")
            }
        }
        users = Self.ids(value["users"], at: path + ["users"], errors: &errors)
        roles = Self.ids(value["roles"], at: path + ["roles"], errors: &errors)
        for (parses, ids, kind) in [(parsesUsers, users, "users"), (parsesRoles, roles, "roles")]
        where parses && !ids.isEmpty {
            errors.add(
                path, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                "parse:[\"\(kind)\"] and \(kind): [ids...] are mutually exclusive.")
        }
    }

    private static func ids(_ value: JSONValue?, at path: [String], errors: inout FieldErrors) -> Set<WorldID> {
        let list = errors.array(value, atMost: 100, at: path) ?? []
        var ids: Set<WorldID> = []
        for (index, element) in list.enumerated() {
            if let id = errors.snowflake(element, at: path + [String(index)]) { ids.insert(id) }
        }
        return ids
    }
}

extension WorldState {
    /// The mentions of a text that take effect, given what the sender allowed and may do.
    func effectiveMentions(
        of text: String, allowed: AllowedMentions, by author: WorldID, in channelID: WorldID
    ) -> (users: [WorldID], roles: [WorldID], everyone: Bool) {
        let tokens = MentionTokens(in: text)
        let bits = permissions(of: author, inChannel: channelID)
        let guild = channels[channelID]?.guildID.flatMap { guilds[$0] }
        let isMeant = { (id: WorldID) in allowed.parsesUsers || allowed.users.contains(id) }
        let mayPing = { (id: WorldID) -> Bool in
            guard let role = guild?.roles[id], id != guild?.id else { return false }
            return role.isMentionable || bits.contains(.mentionEveryone)
        }
        return (
            tokens.users.filter { users[$0] != nil && isMeant($0) },
            tokens.roles.filter { mayPing($0) && (allowed.parsesRoles || allowed.roles.contains($0)) },
            tokens.everyone && allowed.parsesEveryone && bits.contains(.mentionEveryone)
        )
    }

    /// The people whom a message pings: they can see it, and it is not their own.
    func peopleNotified(by message: SimulatedMessage, repliedUser: WorldID?) -> Set<WorldID> {
        guard !message.flags.contains(.suppressNotifications) else { return [] }
        var people = Set(message.mentionedUsers)
        if let repliedUser { people.insert(repliedUser) }
        if let guild = message.guildID.flatMap({ guilds[$0] }) {
            let roles = Set(message.mentionedRoles)
            for member in guild.members.values
            where message.mentionsEveryone || !member.roles.isDisjoint(with: roles) {
                people.insert(member.userID)
            }
        }
        people.remove(message.author)
        return people.filter { users[$0]?.isBot == false && canSee(message, $0) }
    }
}
