import JSON

/// Members and roles.
///
/// Source: Discord, *Guild*, "Modify Guild Member" and following.
extension WorldState {
    // MARK: Members

    /// Gives or takes one role.
    mutating func setRole(
        _ roleID: WorldID, of memberID: WorldID, in guildID: WorldID, isHeld: Bool, by userID: WorldID, reason: String?
    ) throws(APIError) {
        try require(.manageRoles, of: userID, in: guildID)
        var member = try member(memberID, of: guildID)
        guard let role = guilds[guildID]?.roles[roleID] else { throw .unknownRole }
        guard roleID != guildID, !role.isManaged else { throw .invalidRole }
        try requireAbove(role, of: userID, in: guildID)
        guard member.roles.contains(roleID) != isHeld else { return }
        if isHeld { member.roles.insert(roleID) } else { member.roles.remove(roleID) }
        guilds[guildID]?.members[memberID] = member
        noteRoles(
            of: member, in: guildID, added: isHeld ? [role] : [], removed: isHeld ? [] : [role], by: userID,
            reason: reason)
    }

    private mutating func noteRoles(
        of member: SimulatedMember, in guildID: WorldID, added: [SimulatedRole], removed: [SimulatedRole],
        by userID: WorldID, reason: String?
    ) {
        let list = { (roles: [SimulatedRole]) -> JSONValue in
            .array(roles.map { ["id": .id($0.id), "name": .string($0.name)] })
        }
        var changes: [SimulatedAuditEntry.Change] = []
        if !added.isEmpty { changes.append(SimulatedAuditEntry.Change(key: "$add", new: list(added))) }
        if !removed.isEmpty { changes.append(SimulatedAuditEntry.Change(key: "$remove", new: list(removed))) }
        audit(.memberRoleUpdate, in: guildID, by: userID, on: member.userID, changes: changes, reason: reason)
        emit(.memberUpdated(guildID: guildID, member))
    }

    /// Changes nick and roles of a member.
    mutating func editMember(
        _ memberID: WorldID, in guildID: WorldID, _ form: JSONValue, by userID: WorldID, reason: String?
    ) throws(APIError) -> SimulatedMember {
        _ = try guild(guildID)
        try require([], of: userID, in: guildID)
        var member = try member(memberID, of: guildID)
        var errors = FieldErrors()
        if let nick = form["nick"] {
            try require(memberID == userID ? .changeNickname : .manageNicknames, of: userID, in: guildID)
            if memberID != userID, rank(of: memberID, in: guildID) >= rank(of: userID, in: guildID) {
                throw .missingPermissions
            }
            let text = errors.text(nick, upTo: 32, at: ["nick"])
            member.nick = text?.isEmpty == true ? nil : text
        }
        var (added, removed): ([SimulatedRole], [SimulatedRole]) = ([], [])
        if let list = errors.array(form["roles"], atMost: 250, at: ["roles"]) {
            try require(.manageRoles, of: userID, in: guildID)
            let wanted = Set(list.enumerated().compactMap { errors.snowflake($1, at: ["roles", String($0)]) })
            for id in wanted.symmetricDifference(member.roles) {
                guard let role = guilds[guildID]?.roles[id] else { throw .unknownRole }
                guard id != guildID, !role.isManaged else { throw .invalidRole }
                try requireAbove(role, of: userID, in: guildID)
                if wanted.contains(id) { added.append(role) } else { removed.append(role) }
            }
            member.roles = wanted
        }
        try errors.check()
        guard member != guilds[guildID]?.members[memberID] else { return member }
        guilds[guildID]?.members[memberID] = member
        if added.isEmpty, removed.isEmpty {
            audit(.memberUpdate, in: guildID, by: userID, on: memberID, reason: reason)
            emit(.memberUpdated(guildID: guildID, member))
        } else {
            noteRoles(of: member, in: guildID, added: added, removed: removed, by: userID, reason: reason)
        }
        return member
    }

    /// Brings a known user into a guild.
    mutating func join(_ userID: WorldID, _ guildID: WorldID) throws(APIError) {
        _ = try user(userID)
        _ = try guild(guildID)
        guard guilds[guildID]?.members[userID] == nil else { return }
        let member = SimulatedMember(userID: userID, nick: nil, roles: [], joinedAt: now)
        guilds[guildID]?.members[userID] = member
        emit(.memberAdded(guildID: guildID, member))
    }

    /// Takes a user out of a guild and its threads.
    mutating func leave(_ userID: WorldID, _ guildID: WorldID) throws(APIError) {
        _ = try member(userID, of: guildID)
        for channel in channels.values where channel.guildID == guildID && channel.thread?.members[userID] != nil {
            channels[channel.id]?.thread?.members[userID] = nil
            if let thread = channels[channel.id] { emit(.threadMembersUpdated(thread, added: [], removed: [userID])) }
        }
        guilds[guildID]?.members[userID] = nil
        emit(.memberRemoved(guildID: guildID, userID: userID))
    }

    /// Removes somebody from a guild.
    mutating func kick(_ memberID: WorldID, from guildID: WorldID, by userID: WorldID, reason: String?)
        throws(APIError)
    {
        try require(.kickMembers, of: userID, in: guildID)
        _ = try member(memberID, of: guildID)
        guard rank(of: memberID, in: guildID) < rank(of: userID, in: guildID) else { throw .missingPermissions }
        try leave(memberID, guildID)
        audit(.memberKick, in: guildID, by: userID, on: memberID, reason: reason)
    }

    // MARK: Roles

    /// Makes a role at the bottom of the hierarchy.
    mutating func createRole(_ form: JSONValue, in guildID: WorldID, by userID: WorldID, reason: String?)
        throws(APIError) -> SimulatedRole
    {
        try require(.manageRoles, of: userID, in: guildID)
        guard (guilds[guildID]?.roles.count ?? 0) < 250 else { throw .tooManyRoles }
        var role = SimulatedRole(
            id: newID(), name: "new role", permissions: guilds[guildID]?.roles[guildID]?.permissions ?? [],
            position: 1, color: 0, isHoisted: false, isMentionable: false)
        try apply(form, to: &role, in: guildID, by: userID)
        guilds[guildID]?.roles[role.id] = role
        audit(.roleCreate, in: guildID, by: userID, on: role.id, reason: reason)
        emit(.roleCreated(guildID: guildID, role))
        return role
    }

    /// Changes a role below one's own.
    mutating func editRole(
        _ roleID: WorldID, _ form: JSONValue, in guildID: WorldID, by userID: WorldID, reason: String?
    ) throws(APIError) -> SimulatedRole {
        try require(.manageRoles, of: userID, in: guildID)
        guard var role = guilds[guildID]?.roles[roleID] else { throw .unknownRole }
        try requireAbove(role, of: userID, in: guildID)
        try apply(form, to: &role, in: guildID, by: userID)
        guilds[guildID]?.roles[roleID] = role
        audit(.roleUpdate, in: guildID, by: userID, on: roleID, reason: reason)
        emit(.roleUpdated(guildID: guildID, role))
        return role
    }

    private func apply(_ form: JSONValue, to role: inout SimulatedRole, in guildID: WorldID, by userID: WorldID)
        throws(APIError)
    {
        var errors = FieldErrors()
        if let name = form["name"]?.unlessNull { role.name = errors.requiredText(name, 1...100, at: ["name"]) }
        if let colors = form["colors"]?.unlessNull { errors.model(colors, at: ["colors"]) }
        if let bits = errors.snowflake(form["permissions"], at: ["permissions"]) {
            let wanted = PermissionBits(rawValue: bits)
            let added = wanted.subtracting(role.permissions)
            guard permissions(of: userID, in: guildID).isSuperset(of: added) else { throw .missingPermissions }
            role.permissions = wanted
        }
        let color = form["colors"]?["primary_color"] ?? form["color"]
        if let color = errors.number(color, in: 0...0xFF_FFFF, at: ["color"]) { role.color = color }
        if let isHoisted = errors.flag(form["hoist"], at: ["hoist"]) { role.isHoisted = isHoisted }
        if let isMentionable = errors.flag(form["mentionable"], at: ["mentionable"]) {
            role.isMentionable = isMentionable
        }
        try errors.check()
    }

    /// Removes a role below one's own, also from its members.
    mutating func deleteRole(_ roleID: WorldID, in guildID: WorldID, by userID: WorldID, reason: String?)
        throws(APIError)
    {
        try require(.manageRoles, of: userID, in: guildID)
        guard let role = guilds[guildID]?.roles[roleID] else { throw .unknownRole }
        guard roleID != guildID, !role.isManaged else { throw .invalidRole }
        try requireAbove(role, of: userID, in: guildID)
        guilds[guildID]?.roles[roleID] = nil
        for member in guilds[guildID]?.members.values.filter({ $0.roles.contains(roleID) }) ?? [] {
            guilds[guildID]?.members[member.userID]?.roles.remove(roleID)
        }
        for channel in channels.values where channel.overwrites.contains(where: { $0.id == roleID }) {
            channels[channel.id]?.overwrites.removeAll { $0.id == roleID }
        }
        audit(.roleDelete, in: guildID, by: userID, on: roleID, reason: reason)
        emit(.roleDeleted(guildID: guildID, roleID: roleID))
    }
}
