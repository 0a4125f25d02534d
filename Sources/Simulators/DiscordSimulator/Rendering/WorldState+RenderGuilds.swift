import JSON

/// Users, members, roles, emoji, channels, guilds and applications in Discord's JSON.
///
/// Source: Discord, *User*, *Guild*, *Channel*, *Application*.
extension WorldState {
    // MARK: Users and members

    /// A user; somebody unknown is a deleted account.
    func renderUser(_ id: WorldID) -> JSONValue {
        let user = users[id] ?? SimulatedUser(id: id, name: "deleted_user")
        var object: JSONValue = [
            "id": .id(user.id), "username": .string(user.name), "avatar": nil,
            "discriminator": .string(user.isBot ? String(1000 + user.id % 9000) : "0"), "public_flags": 0,
            "flags": 0, "banner": nil, "accent_color": nil, "global_name": .text(user.displayName),
            "avatar_decoration_data": nil, "collectibles": nil, "primary_guild": nil,
        ]
        if user.isBot { object["bot"] = true }
        return object
    }

    /// The bot's own account.
    func renderSelf(_ id: WorldID) -> JSONValue {
        renderUser(id).merging([
            "mfa_enabled": false, "locale": "en-US", "premium_type": 0, "email": nil, "verified": true,
        ])
    }

    /// A member, with or without the user inside.
    func renderMember(_ member: SimulatedMember, in guildID: WorldID, withUser: Bool = true) -> JSONValue {
        var object: JSONValue = [
            "avatar": nil, "banner": nil, "communication_disabled_until": nil, "flags": 0,
            "joined_at": .string(ISO8601.text(member.joinedAt)), "nick": .text(member.nick), "pending": false,
            "premium_since": nil, "roles": .array(member.roles.sorted().map { .id($0) }), "mute": false, "deaf": false,
        ]
        if withUser { object["user"] = renderUser(member.userID) }
        return object
    }

    // MARK: Roles and emoji

    /// A role.
    static func render(_ role: SimulatedRole) -> JSONValue {
        var object: JSONValue = [
            "id": .id(role.id), "name": .string(role.name), "permissions": .permissions(role.permissions),
            "position": .int(role.position), "color": .int(role.color),
            "colors": ["primary_color": .int(role.color), "secondary_color": nil, "tertiary_color": nil],
            "hoist": .bool(role.isHoisted), "managed": .bool(role.isManaged), "mentionable": .bool(role.isMentionable),
            "icon": nil, "unicode_emoji": nil, "flags": 0,
        ]
        if let botID = role.managedByBot { object["tags"] = ["bot_id": .id(botID)] }
        return object
    }

    /// A guild emoji.
    static func render(_ emoji: SimulatedEmoji) -> JSONValue {
        [
            "id": .id(emoji.id), "name": .string(emoji.name), "roles": [], "require_colons": true, "managed": false,
            "animated": .bool(emoji.isAnimated), "available": true,
        ]
    }

    // MARK: Channels

    /// A channel of any kind. `withGuild` is false inside GUILD_CREATE, where Discord leaves the guild's id out.
    func renderChannel(_ channel: SimulatedChannel, for viewer: WorldID, withGuild: Bool = true) -> JSONValue {
        guard let guildID = channel.guildID else { return renderDirect(channel, for: viewer) }
        if let thread = channel.thread { return render(channel, thread, in: guildID, for: viewer) }
        var object: JSONValue = [
            "id": .id(channel.id), "type": .int(channel.kind.rawValue), "flags": 0, "name": .string(channel.name),
            "parent_id": .id(channel.parentID), "position": .int(channel.position),
            "permission_overwrites": .array(channel.overwrites.map(Self.render)),
        ]
        if withGuild { object["guild_id"] = .id(guildID) }
        if channel.kind == .voice {
            object = object.merging(["bitrate": 64_000, "user_limit": 0, "rtc_region": nil])
        }
        if channel.holdsMessages {
            object = object.merging([
                "last_message_id": .id(channel.lastMessageID), "rate_limit_per_user": .int(channel.slowmode),
                "topic": .text(channel.topic), "nsfw": .bool(channel.isNSFW),
            ])
            if let instant = channel.lastPinAt { object["last_pin_timestamp"] = .string(ISO8601.text(instant)) }
        }
        return object
    }

    private func render(
        _ channel: SimulatedChannel, _ thread: SimulatedChannel.Thread, in guildID: WorldID, for viewer: WorldID
    ) -> JSONValue {
        var metadata: JSONValue = [
            "archived": .bool(thread.isArchived), "archive_timestamp": .string(ISO8601.text(thread.archiveChangedAt)),
            "auto_archive_duration": .int(thread.autoArchiveMinutes), "locked": .bool(thread.isLocked),
            "create_timestamp": .string(ISO8601.text(thread.createdAt)),
        ]
        if channel.kind == .privateThread { metadata["invitable"] = .bool(thread.isInvitable) }
        let count = messages(in: channel.id).count { !$0.isEphemeral && $0.kind != .threadStarter }
        var object: JSONValue = [
            "id": .id(channel.id), "type": .int(channel.kind.rawValue), "last_message_id": .id(channel.lastMessageID),
            "flags": 0, "guild_id": .id(guildID), "name": .string(channel.name), "parent_id": .id(channel.parentID),
            "rate_limit_per_user": .int(channel.slowmode), "bitrate": 64_000, "user_limit": 0, "rtc_region": nil,
            "owner_id": .id(thread.ownerID), "thread_metadata": metadata, "message_count": .int(count),
            "member_count": .int(min(thread.members.count, 50)), "total_message_sent": .int(thread.sentCount),
        ]
        if thread.members[viewer] != nil { object["member"] = renderThreadMember(viewer, of: channel) }
        if let instant = channel.lastPinAt { object["last_pin_timestamp"] = .string(ISO8601.text(instant)) }
        return object
    }

    private func renderDirect(_ channel: SimulatedChannel, for viewer: WorldID) -> JSONValue {
        [
            "id": .id(channel.id), "type": 1, "last_message_id": .id(channel.lastMessageID), "flags": 0,
            "recipients": .array(channel.recipients.filter { $0 != viewer }.map { renderUser($0) }),
        ]
    }

    /// A channel inside an interaction: its base values and what `userID` may do there.
    func renderPartial(_ channel: SimulatedChannel, for userID: WorldID) -> JSONValue {
        renderChannel(channel, for: userID)
            .merging(["permissions": .permissions(permissions(of: userID, inChannel: channel.id))])
    }

    /// A permission overwrite.
    static func render(_ overwrite: PermissionOverwrite) -> JSONValue {
        [
            "id": .id(overwrite.id), "type": .int(overwrite.target.rawValue), "allow": .permissions(overwrite.allow),
            "deny": .permissions(overwrite.deny),
        ]
    }

    /// Somebody's membership in a thread.
    func renderThreadMember(_ userID: WorldID, of channel: SimulatedChannel, withMember: Bool = false) -> JSONValue {
        let joined = channel.thread?.members[userID] ?? now
        var object: JSONValue = [
            "id": .id(channel.id), "user_id": .id(userID), "join_timestamp": .string(ISO8601.text(joined)), "flags": 1,
        ]
        if withMember, let guildID = channel.guildID, let member = guilds[guildID]?.members[userID] {
            object["member"] = renderMember(member, in: guildID)
        }
        return object
    }

    // MARK: Guilds

    /// A guild as REST shows it.
    func renderGuild(_ guild: SimulatedGuild, withCounts: Bool = false) -> JSONValue {
        var object: JSONValue = [
            "id": .id(guild.id), "name": .string(guild.name), "icon": nil, "description": nil, "home_header": nil,
            "splash": nil, "discovery_splash": nil, "features": [], "banner": nil, "owner_id": .id(guild.ownerID),
            "application_id": nil, "region": "deprecated", "afk_channel_id": nil, "afk_timeout": 300,
            "system_channel_id": nil, "system_channel_flags": 0, "widget_enabled": false, "widget_channel_id": nil,
            "verification_level": 1, "default_message_notifications": 1, "mfa_level": 0, "explicit_content_filter": 2,
            "max_presences": nil, "max_members": 500_000, "max_stage_video_channel_users": 50,
            "max_video_channel_users": 25, "vanity_url_code": nil, "premium_tier": 0, "premium_subscription_count": 0,
            "preferred_locale": "en-US", "rules_channel_id": nil, "safety_alerts_channel_id": nil,
            "public_updates_channel_id": nil, "premium_progress_bar_enabled": false, "nsfw": false, "nsfw_level": 0,
            "stickers": [], "incidents_data": nil,
        ]
        object["roles"] = .array(guild.sortedRoles.map(Self.render))
        object["emojis"] = .array(guild.emoji.values.sorted { $0.id < $1.id }.map(Self.render))
        if withCounts {
            object["approximate_member_count"] = .int(guild.members.count)
            object["approximate_presence_count"] = .int(guild.members.count)
        }
        return object
    }

    // MARK: Applications and commands

    /// The bot's own application.
    func renderApplication(_ application: SimulatedApplication) -> JSONValue {
        let flags = Self.flags(of: application)
        return [
            "id": .id(application.id), "name": .string(application.name), "icon": nil,
            "description": .string(application.name), "type": nil, "bot": renderUser(application.id),
            "bot_public": false, "bot_require_code_grant": false, "verify_key": .string(Self.verifyKey),
            "flags": .int(flags), "flags_new": .string(String(flags)), "redirect_uris": [],
            "interactions_endpoint_url": nil, "role_connections_verification_url": nil,
            "owner": renderUser(application.ownerID), "approximate_guild_count": .int(guilds.count),
            "approximate_user_install_count": 0, "approximate_user_authorization_count": 0,
            "explicit_content_filter": 0, "team": nil, "eligible_oauth2_scopes": [],
        ]
    }

    private static let verifyKey = String(repeating: "0", count: 64)

    /// The application flags: the limited form of each privileged intent that is switched on, and the command badge.
    static func flags(of application: SimulatedApplication) -> Int {
        var flags = 0
        if application.privilegedIntents.contains(.presences) { flags |= 1 << 13 }
        if application.privilegedIntents.contains(.members) { flags |= 1 << 15 }
        if application.privilegedIntents.contains(.messageContent) { flags |= 1 << 19 }
        return flags
    }

    /// A registered command.
    static func render(_ command: SimulatedCommand) -> JSONValue {
        var ids: JSONValue = [
            "id": .id(command.id), "application_id": .id(command.applicationID), "version": .id(command.version),
        ]
        if let guildID = command.guildID { ids["guild_id"] = .id(guildID) }
        return ids.merging(command.definition)
    }

    // MARK: Audit log

    /// A line of the audit log.
    static func render(_ entry: SimulatedAuditEntry) -> JSONValue {
        var object: JSONValue = [
            "id": .id(entry.id), "action_type": .int(entry.action), "user_id": .id(entry.userID),
            "target_id": .id(entry.targetID),
        ]
        if !entry.changes.isEmpty {
            object["changes"] = .array(
                entry.changes.map { change in
                    var shown: JSONValue = ["key": .string(change.key)]
                    if let old = change.old { shown["old_value"] = old }
                    if let new = change.new { shown["new_value"] = new }
                    return shown
                })
        }
        if let reason = entry.reason { object["reason"] = .string(reason) }
        return object
    }
}
