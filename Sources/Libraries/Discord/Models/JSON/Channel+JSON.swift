public import JSON

extension Channel: JSONDecodable {
    /// Reads a channel of any kind; id and kind are needed.
    public init(_ json: JSONView) throws(DecodingFailure) {
        let kind = ChannelKind(rawValue: try json.requireNumber("type"))
        self.init(
            id: try json.require("id"),
            kind: kind,
            guildID: json.id("guild_id"),
            name: json.text("name"),
            topic: json.text("topic"),
            position: json.number("position") ?? 0,
            parentID: json.id("parent_id"),
            overwrites: json.list("permission_overwrites"),
            rateLimitPerUser: json.number("rate_limit_per_user") ?? 0,
            lastMessageID: json.id("last_message_id"),
            isNSFW: json.flag("nsfw"),
            ownerID: json.id("owner_id"),
            thread: json.object("thread_metadata"),
            messageCount: json.number("message_count"),
            memberCount: json.number("member_count"),
            ownThreadMember: json.object("member"),
            appliedTags: json.ids("applied_tags"),
            recipients: json.list("recipients"),
            permissions: json.permissions("permissions"),
            flags: json.number("flags") ?? 0)
    }

    /// The channel with the guild that Discord tells beside it, where the channel itself does not.
    func inside(_ guild: GuildID?) -> Channel {
        var channel = self
        channel.guildID = guildID ?? guild
        return channel
    }
}

extension ThreadMetadata: JSONDecodable {
    /// Reads the state of a thread; nothing is needed.
    public init(_ json: JSONView) throws(DecodingFailure) {
        guard json.kind == .object else { throw DecodingFailure(path: "thread_metadata") }
        self.init(
            isArchived: json.flag("archived"),
            isLocked: json.flag("locked"),
            isInvitable: json["invitable"]?.bool,
            autoArchiveMinutes: json.number("auto_archive_duration") ?? 1440,
            archiveTimestamp: json.instant("archive_timestamp"),
            createdAt: json.instant("create_timestamp"))
    }
}

extension ThreadMember: JSONDecodable {
    /// Reads a membership; nothing is needed.
    public init(_ json: JSONView) throws(DecodingFailure) {
        guard json.kind == .object else { throw DecodingFailure(path: "member") }
        self.init(
            threadID: json.id("id"),
            userID: json.id("user_id"),
            joinedAt: json.instant("join_timestamp"),
            member: json.object("member"))
    }
}

extension PermissionOverwrite: JSONDecodable {
    /// Reads an overwrite; the id is needed, and a kind that is known.
    public init(_ json: JSONView) throws(DecodingFailure) {
        let id: RoleID = try json.require("id")
        let target: Target
        switch (json.number("type"), json.text("type")) {
        case (0, _), (_, "0"), (_, "role"): target = .role(id)
        case (1, _), (_, "1"), (_, "member"): target = .member(UserID(rawValue: id.rawValue))
        default: throw DecodingFailure(path: "type")
        }
        self.init(target: target, allow: json.permissions("allow") ?? [], deny: json.permissions("deny") ?? [])
    }
}

extension PermissionOverwrite {
    /// The id of the role or member, by which an overwrite is addressed.
    public var targetID: Snowflake {
        switch target {
        case .role(let id): id.rawValue
        case .member(let id): id.rawValue
        }
    }

    /// The body that sets it, with its id as element of a channel's overwrites.
    public var json: JSONValue {
        var object = settingJSON
        object["id"] = .string(targetID.description)
        return object
    }

    /// The body that sets it where its address carries the id. Source: "Edit Channel Permissions".
    public var settingJSON: JSONValue {
        var kind = 0
        if case .member = target { kind = 1 }
        return ["type": .number(of: kind), "allow": .permissions(allow), "deny": .permissions(deny)]
    }
}

extension Guild: JSONDecodable {
    /// Reads a guild; id, name and owner are needed. What belongs to it is told which guild that is.
    public init(_ json: JSONView) throws(DecodingFailure) {
        let id: GuildID = try json.require("id")
        let channels: [Channel] = json.list("channels")
        let threads: [Channel] = json.list("threads")
        self.init(
            id: id,
            name: try json.requireText("name"),
            icon: json.text("icon"),
            ownerID: try json.require("owner_id"),
            roles: json.list("roles"),
            emojis: json.list("emojis"),
            features: json.texts("features"),
            systemChannelID: json.id("system_channel_id"),
            preferredLocale: json.text("preferred_locale") ?? "en-US",
            premiumTier: json.number("premium_tier") ?? 0,
            memberCount: json.number("member_count") ?? json.number("approximate_member_count"),
            isLarge: json.flag("large"),
            channels: channels.map { $0.inside(id) },
            threads: threads.map { $0.inside(id) },
            members: json.list("members"))
    }
}

extension UnavailableGuild: JSONDecodable {
    /// Reads a guild's id.
    public init(_ json: JSONView) throws(DecodingFailure) {
        self.init(id: try json.require("id"), isUnavailable: json.flag("unavailable"))
    }
}
