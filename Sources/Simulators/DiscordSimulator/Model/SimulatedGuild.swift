public import JSON
import Service

/// A guild without its channels and messages, which `WorldState` keeps by id.
public struct SimulatedGuild: Sendable {
    /// The guild's id, which is also the id of its `@everyone` role.
    public let id: WorldID
    /// The guild's name.
    public var name: String
    /// The owner's user id.
    public var ownerID: WorldID
    /// All roles by id, `@everyone` included.
    public var roles: [WorldID: SimulatedRole] = [:]
    /// All members by user id.
    public var members: [WorldID: SimulatedMember] = [:]
    /// All custom emoji by id.
    public var emoji: [WorldID: SimulatedEmoji] = [:]

    /// Roles from the lowest position to the highest; equal positions in order of age, as Discord sorts them.
    public var sortedRoles: [SimulatedRole] {
        roles.values.sorted { ($0.position, $1.id) < ($1.position, $0.id) }
    }
}

/// A role.
public struct SimulatedRole: Sendable, Hashable {
    /// The role's id.
    public var id: WorldID
    /// The role's name.
    public var name: String
    /// What the role grants in the guild.
    public var permissions: PermissionBits
    /// Height in the hierarchy; 0 is `@everyone`.
    public var position: Int
    /// RGB colour; 0 for none.
    public var color: Int
    /// Whether members are listed apart.
    public var isHoisted: Bool
    /// Whether anyone may mention the role.
    public var isMentionable: Bool
    /// The bot that the role belongs to; nobody can delete or assign such a role.
    public var managedByBot: WorldID?

    /// Whether the role belongs to an integration.
    public var isManaged: Bool { managedByBot != nil }
}

/// A custom emoji of a guild.
public struct SimulatedEmoji: Sendable, Hashable {
    /// The emoji's id.
    public var id: WorldID
    /// The emoji's name, without colons.
    public var name: String
    /// Whether the image moves.
    public var isAnimated: Bool
}

/// One line of the guild's audit log.
///
/// Source: Discord, *Audit Log*.
public struct SimulatedAuditEntry: Sendable, Hashable {
    /// A changed property.
    public struct Change: Sendable, Hashable {
        /// The property's name.
        public var key: String
        /// The value before; nil where there was none.
        public var old: JSONValue?
        /// The value after; nil where there is none.
        public var new: JSONValue?
    }

    /// The entry's id.
    public var id: WorldID
    /// The guild.
    public var guildID: WorldID
    /// Discord's number of the action, for example 11 for `CHANNEL_UPDATE`.
    public var action: Int
    /// Who acted.
    public var userID: WorldID
    /// What was acted on.
    public var targetID: WorldID?
    /// What changed.
    public var changes: [Change]
    /// The text of the `X-Audit-Log-Reason` header.
    public var reason: String?
}
