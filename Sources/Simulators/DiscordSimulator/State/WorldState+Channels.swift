import JSON
import Service

/// Making, changing and removing channels, and their permission overwrites.
///
/// Source: Discord, *Channel*; *Guild*, "Create Guild Channel".
extension WorldState {
    private static let channelLimit = 500

    // MARK: Making

    /// Makes a channel or category in a guild.
    mutating func createChannel(_ form: JSONValue, in guildID: WorldID, by userID: WorldID, reason: String?)
        throws(APIError) -> SimulatedChannel
    {
        try require(.manageChannels, of: userID, in: guildID)
        var errors = FieldErrors()
        let name = errors.requiredText(form["name"], 1...100, at: ["name"])
        let number = errors.number(form["type"], in: 0...16, at: ["type"]) ?? 0
        let kind = SimulatedChannel.Kind(rawValue: number)
        if kind == nil || kind == .direct || [10, 11, 12].contains(number) {
            errors.add(["type"], "BASE_TYPE_CHOICES", "Value must be one of (0, 2, 4, 5).")
        }
        try errors.check()
        let existing = channels(of: guildID)
        guard existing.count < Self.channelLimit else { throw .tooManyChannels }
        var channel = SimulatedChannel(
            id: newID(), kind: kind ?? .text, guildID: guildID, name: name, parentID: nil,
            position: (existing.map(\.position).max() ?? -1) + 1, topic: nil, isNSFW: false, slowmode: 0,
            overwrites: [], thread: nil, recipients: [])
        try apply(form, to: &channel, by: userID)
        if form["permission_overwrites"]?.list == nil, let parent = channel.parentID.flatMap({ channels[$0] }) {
            channel.overwrites = parent.overwrites
        }
        channels[channel.id] = channel
        audit(.channelCreate, in: guildID, by: userID, on: channel.id, reason: reason)
        emit(.channelCreated(channel))
        return channel
    }

    // MARK: Changing

    /// Counts a change of name or topic: two in ten minutes, which no header announces.
    mutating func admitRename(of channelID: WorldID, _ form: JSONValue) throws(APIError) {
        guard let channel = channels[channelID], let renames else { return }
        let changesName = form["name"]?.string.map { $0 != channel.name } ?? false
        let changesTopic = form["topic"].map { !channel.isThread && ($0.string ?? "") != channel.topic ?? "" } ?? false
        guard changesName || changesTopic else { return }
        let recent = (renames[channelID] ?? []).filter { transportNow - $0 < Self.renameWindow }
        if recent.count >= 2, let first = recent.first {
            throw .rateLimited(retryAfter: Double((first + Self.renameWindow - transportNow) / .milliseconds(1)) / 1000)
        }
        self.renames?[channelID] = recent + [transportNow]
    }

    private static let renameWindow = Duration.seconds(600)

    /// Changes a channel or thread.
    mutating func editChannel(_ channelID: WorldID, _ form: JSONValue, by userID: WorldID, reason: String?)
        throws(APIError) -> SimulatedChannel
    {
        let old = try channel(channelID)
        guard let guildID = old.guildID else { throw .cannotInDM }
        if old.isThread { return try editThread(old, form, by: userID, reason: reason) }
        try require([.viewChannel, .manageChannels], of: userID, inChannel: channelID)
        var channel = old
        try apply(form, to: &channel, by: userID)
        channels[channelID] = channel
        let changes = Self.changes(from: old, to: channel)
        audit(.channelUpdate, in: guildID, by: userID, on: channelID, changes: changes, reason: reason)
        emit(.channelUpdated(channel))
        return channel
    }

    private func apply(_ form: JSONValue, to channel: inout SimulatedChannel, by userID: WorldID) throws(APIError) {
        var errors = FieldErrors()
        if let name = form["name"], !name.isNull {
            let text = errors.requiredText(name, 1...100, at: ["name"])
            channel.name = channel.kind == .category || channel.kind == .voice ? text : Self.channelName(text)
        }
        if let topic = form["topic"] {
            let text = errors.text(topic, upTo: 1024, at: ["topic"])
            channel.topic = text?.isEmpty == true ? nil : text
        }
        if let position = errors.number(form["position"], in: 0...Int(Int32.max), at: ["position"]) {
            channel.position = position
        }
        if let isNSFW = errors.flag(form["nsfw"], at: ["nsfw"]) { channel.isNSFW = isNSFW }
        if let seconds = errors.number(form["rate_limit_per_user"], in: 0...21_600, at: ["rate_limit_per_user"]) {
            channel.slowmode = seconds
        }
        if let parent = form["parent_id"] {
            channel.parentID = errors.snowflake(parent, at: ["parent_id"])
            if let id = channel.parentID, channels[id]?.kind != .category || channels[id]?.guildID != channel.guildID {
                errors.add(["parent_id"], "CHANNEL_PARENT_INVALID_TYPE", "Not a category")
            }
        }
        if let list = errors.array(form["permission_overwrites"], atMost: 1000, at: ["permission_overwrites"]) {
            channel.overwrites = list.enumerated().compactMap { index, entry in
                Self.overwrite(entry, at: ["permission_overwrites", String(index)], errors: &errors)
            }
            try errors.check()
            try requireGrantable(channel.overwrites, by: userID, in: channel)
        }
        try errors.check()
    }

    /// Text channels have lower-case names without spaces.
    static func channelName(_ text: String) -> String {
        String(text.lowercased().map { $0 == " " ? "-" : $0 })
    }

    private static func changes(from old: SimulatedChannel, to new: SimulatedChannel) -> [SimulatedAuditEntry.Change] {
        var changes: [SimulatedAuditEntry.Change] = []
        func compare(_ key: String, _ value: (SimulatedChannel) -> JSONValue) {
            guard value(old) != value(new) else { return }
            changes.append(SimulatedAuditEntry.Change(key: key, old: value(old), new: value(new)))
        }
        compare("name") { .string($0.name) }
        compare("topic") { .text($0.topic) }
        compare("nsfw") { .bool($0.isNSFW) }
        compare("rate_limit_per_user") { .int($0.slowmode) }
        compare("position") { .int($0.position) }
        compare("archived") { .bool($0.thread?.isArchived ?? false) }
        compare("locked") { .bool($0.thread?.isLocked ?? false) }
        return changes
    }

    // MARK: Removing

    /// Removes a channel with its threads, or a thread.
    mutating func deleteChannel(_ channelID: WorldID, by userID: WorldID, reason: String?) throws(APIError)
        -> SimulatedChannel
    {
        let channel = try channel(channelID)
        guard let guildID = channel.guildID else { return channel }
        if channel.isThread {
            try require([.viewChannel, .manageThreads], of: userID, inChannel: channelID)
            removeChannel(channelID)
            audit(.threadDelete, in: guildID, by: userID, on: channelID, reason: reason)
            emit(.threadDeleted(channel))
            return channel
        }
        try require([.viewChannel, .manageChannels], of: userID, inChannel: channelID)
        for thread in threads(of: channelID) {
            removeChannel(thread.id)
            emit(.threadDeleted(thread))
        }
        for child in channels.values where child.parentID == channelID && !child.isThread {
            channels[child.id]?.parentID = nil
        }
        removeChannel(channelID)
        audit(.channelDelete, in: guildID, by: userID, on: channelID, reason: reason)
        emit(.channelDeleted(channel))
        return channel
    }

    private mutating func removeChannel(_ id: WorldID) {
        channels[id] = nil
        logs[id] = nil
    }

    // MARK: Overwrites

    /// Sets the overwrite of a role or member.
    mutating func setOverwrite(
        _ overwriteID: WorldID, _ form: JSONValue, in channelID: WorldID, by userID: WorldID, reason: String?
    ) throws(APIError) {
        var channel = try channel(channelID)
        guard let guildID = channel.guildID else { throw .cannotInDM }
        guard !channel.isThread else { throw .wrongChannelType }
        try require([.viewChannel, .manageRoles], of: userID, inChannel: channelID)
        var errors = FieldErrors()
        let entry = form.merging(["id": .id(overwriteID)])
        let overwrite = Self.overwrite(entry, at: [], errors: &errors)
        try errors.check()
        guard let overwrite else { throw .unknownOverwrite }
        if overwrite.target == .role, guilds[guildID]?.roles[overwriteID] == nil { throw .unknownRole }
        if overwrite.target == .member, guilds[guildID]?.members[overwriteID] == nil { throw .unknownMember }
        try requireGrantable([overwrite], by: userID, in: channel)
        let index = channel.overwrites.firstIndex { $0.id == overwriteID }
        if let index { channel.overwrites[index] = overwrite } else { channel.overwrites.append(overwrite) }
        channels[channelID] = channel
        audit(
            index == nil ? .overwriteCreate : .overwriteUpdate, in: guildID, by: userID, on: channelID, reason: reason)
        emit(.channelUpdated(channel))
    }

    /// Removes the overwrite of a role or member.
    mutating func deleteOverwrite(_ overwriteID: WorldID, in channelID: WorldID, by userID: WorldID, reason: String?)
        throws(APIError)
    {
        var channel = try channel(channelID)
        guard let guildID = channel.guildID else { throw .cannotInDM }
        guard !channel.isThread else { throw .wrongChannelType }
        try require([.viewChannel, .manageRoles], of: userID, inChannel: channelID)
        guard let index = channel.overwrites.firstIndex(where: { $0.id == overwriteID }) else {
            throw .unknownOverwrite
        }
        channel.overwrites.remove(at: index)
        channels[channelID] = channel
        audit(.overwriteDelete, in: guildID, by: userID, on: channelID, reason: reason)
        emit(.channelUpdated(channel))
    }

    private static func overwrite(
        _ entry: JSONValue, at path: [String], errors: inout FieldErrors
    ) -> PermissionOverwrite? {
        let id = errors.snowflake(entry["id"], at: path + ["id"])
        let type = errors.number(entry["type"], in: 0...1, at: path + ["type"])
        let allow = errors.snowflake(entry["allow"], at: path + ["allow"]) ?? 0
        let deny = errors.snowflake(entry["deny"], at: path + ["deny"]) ?? 0
        guard let id else {
            if entry["id"]?.unlessNull == nil {
                errors.add(path + ["id"], "BASE_TYPE_REQUIRED", "This field is required")
            }
            return nil
        }
        return PermissionOverwrite(
            type == 1 ? .member : .role, id, allow: PermissionBits(rawValue: allow),
            deny: PermissionBits(rawValue: deny))
    }

    /// A bot may only grant or refuse what it has itself, and needs `MANAGE_ROLES` for overwrites.
    private func requireGrantable(
        _ overwrites: [PermissionOverwrite], by userID: WorldID, in channel: SimulatedChannel
    ) throws(APIError) {
        guard let guildID = channel.guildID else { throw .cannotInDM }
        let isNew = channels[channel.id] == nil
        let own = isNew ? permissions(of: userID, in: guildID) : permissions(of: userID, inChannel: channel.id)
        if own == .all { return }
        let known = Set(channels[channel.id]?.overwrites ?? [])
        let changed = overwrites.filter { !known.contains($0) }
        if !changed.isEmpty || overwrites.count != known.count {
            guard own.contains(.manageRoles) else { throw .missingPermissions }
        }
        for overwrite in changed where !own.isSuperset(of: overwrite.allow.union(overwrite.deny)) {
            throw .missingPermissions
        }
    }

    // MARK: Direct messages and typing

    /// The direct-message channel between a bot and a person, made when there is none.
    mutating func directChannel(from userID: WorldID, to recipient: WorldID) throws(APIError) -> SimulatedChannel {
        let person = try user(recipient)
        guard recipient != userID else { throw .cannotMessageUser }
        let known = channels.values.first { $0.kind == .direct && Set($0.recipients) == [userID, recipient] }
        if let known { return known }
        guard guilds.values.contains(where: { $0.members[userID] != nil && $0.members[person.id] != nil }) else {
            throw .cannotMessageUser
        }
        let channel = SimulatedChannel(
            id: newID(), kind: .direct, guildID: nil, name: "", parentID: nil, position: 0, topic: nil, isNSFW: false,
            slowmode: 0, overwrites: [], thread: nil, recipients: [userID, recipient])
        channels[channel.id] = channel
        emit(.channelCreated(channel))
        return channel
    }

    /// Shows that somebody is typing.
    mutating func type(in channelID: WorldID, by userID: WorldID) throws(APIError) {
        let channel = try channel(channelID)
        guard channel.holdsMessages else { throw .wrongChannelType }
        try require([.viewChannel, .sendMessages], of: userID, inChannel: channelID)
        if channel.thread?.isArchived == true { throw .threadArchived }
        emit(.typing(channelID: channelID, userID: userID))
    }
}
