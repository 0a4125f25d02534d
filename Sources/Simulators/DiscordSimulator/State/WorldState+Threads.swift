import JSON
import Service

/// Opening, changing, joining and listing threads.
///
/// Source: Discord, *Threads*; *Channel*, "Start Thread from Message" and following.
extension WorldState {
    /// How a thread is opened.
    struct ThreadForm {
        var name: String
        var kind: SimulatedChannel.Kind
        var autoArchiveMinutes: Int
        var isInvitable: Bool
        var slowmode: Int

        /// Reads the form; `kind` is fixed for threads from a message.
        init(_ form: JSONValue, fixedKind: SimulatedChannel.Kind?) throws(APIError) {
            var errors = FieldErrors()
            name = errors.requiredText(form["name"], 1...100, at: ["name"])
            let minutes = errors.number(
                form["auto_archive_duration"], in: 0...Int.max, at: ["auto_archive_duration"])
            autoArchiveMinutes = minutes ?? 4320
            if ![60, 1440, 4320, 10_080].contains(autoArchiveMinutes) {
                errors.add(
                    ["auto_archive_duration"], "BASE_TYPE_CHOICES", "Value must be one of (60, 1440, 4320, 10080).")
            }
            slowmode = errors.number(form["rate_limit_per_user"], in: 0...21_600, at: ["rate_limit_per_user"]) ?? 0
            isInvitable = errors.flag(form["invitable"], at: ["invitable"]) ?? true
            // Without a type Discord opens a private thread.
            let number = errors.number(form["type"], in: 10...12, at: ["type"]) ?? 12
            kind = fixedKind ?? SimulatedChannel.Kind(rawValue: number) ?? .privateThread
            try errors.check()
        }

        init(name: String, kind: SimulatedChannel.Kind) {
            (self.name, self.kind, autoArchiveMinutes, isInvitable, slowmode) = (name, kind, 4320, true, 0)
        }
    }

    // MARK: Opening

    /// Opens a thread under a message or without one.
    mutating func openThread(
        _ form: ThreadForm, in parentID: WorldID, from messageID: WorldID?, by userID: WorldID, reason: String?
    ) throws(APIError) -> SimulatedChannel {
        let parent = try channel(parentID)
        guard parent.kind == .text || parent.kind == .announcement, let guildID = parent.guildID else {
            throw .wrongChannelType
        }
        let right: PermissionBits = form.kind == .privateThread ? .createPrivateThreads : .createPublicThreads
        try require([.viewChannel, right], of: userID, inChannel: parentID)
        var form = form
        if parent.kind == .announcement { form.kind = .announcementThread }
        if let messageID {
            guard let starter = message(messageID, in: parentID), !starter.isEphemeral else { throw .unknownMessage }
            guard channels[messageID] == nil, !starter.flags.contains(.hasThread) else { throw .threadExists }
            guard starter.kind == .text || starter.kind == .reply || starter.kind == .slashCommand else {
                throw .systemMessage
            }
            logs[parentID]?[messageID]?.flags.insert(.hasThread)
        }
        let thread = makeThread(form, id: messageID ?? newID(), in: parent, by: userID)
        audit(.threadCreate, in: guildID, by: userID, on: thread.id, reason: reason)
        announce(thread, from: messageID, in: parentID, by: userID)
        return channels[thread.id] ?? thread
    }

    private mutating func makeThread(
        _ form: ThreadForm, id: WorldID, in parent: SimulatedChannel, by userID: WorldID
    ) -> SimulatedChannel {
        var thread = SimulatedChannel(
            id: id, kind: form.kind, guildID: parent.guildID, name: form.name, parentID: parent.id, position: 0,
            topic: nil, isNSFW: false, slowmode: form.slowmode, overwrites: [], thread: nil, recipients: [])
        thread.thread = SimulatedChannel.Thread(
            ownerID: userID, isArchived: false, isLocked: false, autoArchiveMinutes: form.autoArchiveMinutes,
            archiveChangedAt: now, createdAt: now, isInvitable: form.isInvitable, members: [userID: now], sentCount: 0)
        channels[id] = thread
        emit(.threadCreated(thread))
        emit(.threadMembersUpdated(thread, added: [userID], removed: []))
        return thread
    }

    /// Posts what Discord posts: the starter's copy in the thread, or the notice in the channel.
    private mutating func announce(
        _ thread: SimulatedChannel, from messageID: WorldID?, in parentID: WorldID, by userID: WorldID
    ) {
        if let messageID {
            if let starter = message(messageID, in: parentID) { emit(.messageUpdated(starter)) }
            systemMessage(
                .threadStarter, in: thread.id, by: userID,
                reference: SimulatedMessage.Reference(channelID: parentID, messageID: messageID))
            channels[thread.id]?.thread?.sentCount = 0
        } else if thread.kind == .publicThread {
            systemMessage(
                .threadCreated, in: parentID, by: userID, content: thread.name,
                reference: SimulatedMessage.Reference(channelID: thread.id, messageID: nil))
        }
    }

    // MARK: Changing

    /// Changes a thread: its owner may rename and archive it, everything else needs `MANAGE_THREADS`.
    mutating func editThread(_ old: SimulatedChannel, _ form: JSONValue, by userID: WorldID, reason: String?)
        throws(APIError) -> SimulatedChannel
    {
        guard var thread = old.thread else { throw .wrongChannelType }
        var channel = old
        try require(.viewChannel, of: userID, inChannel: old.id)
        var errors = FieldErrors()
        let archives = errors.flag(form["archived"], at: ["archived"])
        let locks = errors.flag(form["locked"], at: ["locked"])
        let name = form["name"]?.unlessNull.map {
            errors.requiredText($0, 1...100, at: ["name"])
        }
        let minutes = errors.number(form["auto_archive_duration"], in: 0...Int.max, at: ["auto_archive_duration"])
        if let minutes, ![60, 1440, 4320, 10_080].contains(minutes) {
            errors.add(["auto_archive_duration"], "BASE_TYPE_CHOICES", "Value must be one of (60, 1440, 4320, 10080).")
        }
        let slowmode = errors.number(form["rate_limit_per_user"], in: 0...21_600, at: ["rate_limit_per_user"])
        let invitable = errors.flag(form["invitable"], at: ["invitable"])
        try errors.check()

        let isManager = permissions(of: userID, inChannel: old.id).contains(.manageThreads)
        let staysArchived = thread.isArchived && archives != false
        let onlyLocks = name == nil && minutes == nil && slowmode == nil && invitable == nil
        if staysArchived, !onlyLocks || (locks == nil && archives == nil) { throw .threadArchived }
        if !isManager {
            let onlyReopens = archives == false && locks == nil && onlyLocks && !thread.isLocked
            guard thread.ownerID == userID || onlyReopens else { throw .missingPermissions }
            guard locks == nil || locks == thread.isLocked, slowmode == nil else { throw .missingPermissions }
            guard !thread.isLocked || archives == nil else { throw .missingPermissions }
        }
        if let archives, archives != thread.isArchived {
            (thread.isArchived, thread.archiveChangedAt) = (archives, now)
        }
        if let locks { thread.isLocked = locks }
        if let minutes { thread.autoArchiveMinutes = minutes }
        if let invitable { thread.isInvitable = invitable }
        if let slowmode { channel.slowmode = slowmode }
        if let name { channel.name = name }
        channel.thread = thread
        channels[old.id] = channel
        noteThreadChange(from: old, to: channel, by: userID, reason: reason)
        return channels[old.id] ?? channel
    }

    private mutating func noteThreadChange(
        from old: SimulatedChannel, to new: SimulatedChannel, by userID: WorldID, reason: String?
    ) {
        var changes: [SimulatedAuditEntry.Change] = []
        if old.name != new.name {
            changes.append(SimulatedAuditEntry.Change(key: "name", old: .string(old.name), new: .string(new.name)))
        }
        let flags: [(String, KeyPath<SimulatedChannel.Thread, Bool>)] = [
            ("archived", \.isArchived), ("locked", \.isLocked),
        ]
        for (key, path) in flags {
            guard let before = old.thread?[keyPath: path], let after = new.thread?[keyPath: path], before != after
            else {
                continue
            }
            changes.append(SimulatedAuditEntry.Change(key: key, old: .bool(before), new: .bool(after)))
        }
        guard old != new else { return }
        audit(.threadUpdate, in: new.guildID, by: userID, on: new.id, changes: changes, reason: reason)
        emit(.threadUpdated(new))
        if old.name != new.name, new.thread?.isArchived == false {
            systemMessage(.channelNameChange, in: new.id, by: userID, content: new.name)
        }
    }

    /// Sending into an archived thread opens it again.
    mutating func unarchive(_ channelID: WorldID, by userID: WorldID) throws(APIError) {
        guard var channel = channels[channelID], var thread = channel.thread, thread.isArchived else { return }
        (thread.isArchived, thread.archiveChangedAt) = (false, now)
        channel.thread = thread
        channels[channelID] = channel
        emit(.threadUpdated(channel))
    }

    // MARK: Members

    /// Adds people to a thread, or oneself.
    mutating func joinThread(_ threadID: WorldID, member: WorldID, by userID: WorldID) throws(APIError) {
        let channel = try channel(threadID)
        guard let thread = channel.thread, let guildID = channel.guildID else { throw .wrongChannelType }
        try require(.viewChannel, of: userID, inChannel: threadID)
        if thread.isArchived { throw .threadArchived }
        if member != userID {
            try require(.sendMessages, of: userID, inChannel: threadID)
            _ = try self.member(member, of: guildID)
            guard isInParentView(threadID, member) else { throw .missingAccess }
        }
        addThreadMembers([member], to: threadID)
    }

    private func isInParentView(_ threadID: WorldID, _ userID: WorldID) -> Bool {
        channels[threadID]?.parentID.map { canSee($0, userID) } ?? false
    }

    /// Adds people without asking who may.
    mutating func addThreadMembers(_ people: [WorldID], to threadID: WorldID) {
        let added = people.filter { channels[threadID]?.thread?.members[$0] == nil }
        guard !added.isEmpty else { return }
        for userID in added { channels[threadID]?.thread?.members[userID] = now }
        if let channel = channels[threadID] { emit(.threadMembersUpdated(channel, added: added, removed: [])) }
    }

    /// Takes somebody out of a thread, or leaves it.
    mutating func leaveThread(_ threadID: WorldID, member: WorldID, by userID: WorldID) throws(APIError) {
        let channel = try channel(threadID)
        guard let thread = channel.thread else { throw .wrongChannelType }
        try require(.viewChannel, of: userID, inChannel: threadID)
        if thread.isArchived { throw .threadArchived }
        if member != userID, !(channel.kind == .privateThread && thread.ownerID == userID) {
            try require(.manageThreads, of: userID, inChannel: threadID)
        }
        guard thread.members[member] != nil else { return }
        channels[threadID]?.thread?.members[member] = nil
        if let channel = channels[threadID] { emit(.threadMembersUpdated(channel, added: [], removed: [member])) }
    }

    // MARK: Listing

    /// The guild's open threads that a user can see, newest first.
    func activeThreads(of guildID: WorldID, for userID: WorldID) -> [SimulatedChannel] {
        channels.values.filter {
            $0.guildID == guildID && $0.thread?.isArchived == false && canSee($0.id, userID)
        }.sorted { $0.id > $1.id }
    }

    /// Archived threads of a channel, last archived first, before an instant.
    func archivedThreads(
        of channelID: WorldID, isPrivate: Bool, before: Timestamp?, limit: Int, joinedBy: WorldID?, for userID: WorldID
    ) throws(APIError) -> (threads: [SimulatedChannel], hasMore: Bool) {
        let parent = try channel(channelID)
        guard parent.kind == .text || parent.kind == .announcement else { throw .wrongChannelType }
        var needed: PermissionBits = [.viewChannel, .readHistory]
        if isPrivate, joinedBy == nil { needed.insert(.manageThreads) }
        try require(needed, of: userID, inChannel: channelID)
        let all = threads(of: channelID).filter { thread in
            guard let state = thread.thread, state.isArchived, (thread.kind == .privateThread) == isPrivate else {
                return false
            }
            return (joinedBy.map { state.members[$0] != nil } ?? true)
                && (before.map { state.archiveChangedAt < $0 } ?? true)
        }.sorted {
            ($0.thread?.archiveChangedAt ?? now, $0.id) > ($1.thread?.archiveChangedAt ?? now, $1.id)
        }
        return (Array(all.prefix(limit)), all.count > limit)
    }
}
