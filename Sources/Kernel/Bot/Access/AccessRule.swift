public import Discord

/// Who may use an entry point: a command, a component, a reaction, a job trigger.
///
/// Every declaration names one; there is no default, so that access is denied unless declared. The kernel checks the rule
/// before the handler runs. Source: coreops chapter, section 4.4.
public enum AccessRule: Sendable {
    /// Everybody, in servers and in direct messages.
    case anyone
    /// Everybody in a server.
    case server
    /// Staff and admins, in a server.
    case staff
    /// Admins, in a server.
    case admin
    /// Recruiters and admins, in a server; the refusal is the command's own sentence.
    case recruiter(refusal: String)
    /// Recruiters, admins and the users of `CLAN_LEAD_IDS`, in a server; the refusal is the command's own sentence.
    case recruiterOrClanLead(refusal: String)
}

/// The outcome of an access check.
public enum AccessDecision: Sendable, Equatable {
    /// The caller may go on.
    case granted
    /// The caller may go on only because no admin role is configured and they hold the Administrator permission.
    case grantedByAdministratorPermission
    /// The caller may not; the sentence is what they see.
    case denied(String)

    /// Whether the caller may go on.
    public var isGranted: Bool {
        switch self {
        case .granted, .grantedByAdministratorPermission: true
        case .denied: false
        }
    }
}

/// What access rules know of the person who acts.
public struct Caller: Sendable, Equatable {
    /// The person's id.
    public var id: UserID
    /// The roles that they hold in the server; nil outside a server or where they are no resolved member.
    public var roles: Set<RoleID>?
    /// Whether they hold the Administrator permission, which the server's owner always does.
    public var isAdministrator: Bool

    /// Creates a caller.
    public init(id: UserID, roles: Set<RoleID>?, isAdministrator: Bool) {
        self.id = id
        self.roles = roles
        self.isAdministrator = isAdministrator
    }
}

/// The role sets in force and the predicates over them. Source: coreops chapter, sections 4.2 and 4.3.
public struct AccessPolicy: Sendable, Equatable {
    /// `ADMIN_ROLE_IDS`.
    public var adminRoles: Set<RoleID>
    /// `STAFF_ROLE_IDS`.
    public var staffRoles: Set<RoleID>
    /// `RECRUITER_ROLE_IDS`.
    public var recruiterRoles: Set<RoleID>
    /// `LEAD_ROLE_IDS`.
    public var leadRoles: Set<RoleID>
    /// `CLAN_LEAD_IDS`.
    public var clanLeads: Set<UserID>

    /// The sentence outside a server.
    public static let serverOnly = "This command can only be used in servers."
    /// The sentence of the staff gate.
    public static let staffOnly = "Staff only."
    /// The sentence of the admin gate.
    public static let adminsOnly = "Admins only."

    /// Creates a policy.
    public init(
        adminRoles: Set<RoleID> = [], staffRoles: Set<RoleID> = [], recruiterRoles: Set<RoleID> = [],
        leadRoles: Set<RoleID> = [], clanLeads: Set<UserID> = []
    ) {
        self.adminRoles = adminRoles
        self.staffRoles = staffRoles
        self.recruiterRoles = recruiterRoles
        self.leadRoles = leadRoles
        self.clanLeads = clanLeads
    }

    /// The role that alerts mention, and ping: the admin role with the lowest id.
    public var alertedRoles: [RoleID] { adminRoles.min().map { [$0] } ?? [] }

    /// An admin role or the Administrator permission.
    public func isAdmin(_ caller: Caller) -> Bool {
        guard let roles = caller.roles else { return false }
        return caller.isAdministrator || !roles.isDisjoint(with: adminRoles)
    }

    /// Admin, or a staff role.
    public func isStaff(_ caller: Caller) -> Bool {
        isAdmin(caller) || holds(staffRoles, caller)
    }

    /// Admin, or a recruiter role.
    public func isRecruiter(_ caller: Caller) -> Bool {
        isAdmin(caller) || holds(recruiterRoles, caller)
    }

    /// Applies a rule to a caller.
    public func decide(_ rule: AccessRule, for caller: Caller) -> AccessDecision {
        if case .anyone = rule { return .granted }
        guard caller.roles != nil else { return .denied(Self.serverOnly) }
        switch rule {
        case .anyone, .server:
            return .granted
        case .staff:
            return isStaff(caller) ? granted(caller, unless: staffRoles) : .denied(Self.staffOnly)
        case .admin:
            return isAdmin(caller) ? granted(caller) : .denied(Self.adminsOnly)
        case .recruiter(let refusal):
            return isRecruiter(caller) ? granted(caller, unless: recruiterRoles) : .denied(refusal)
        case .recruiterOrClanLead(let refusal):
            if clanLeads.contains(caller.id) { return .granted }
            return isRecruiter(caller) ? granted(caller, unless: recruiterRoles) : .denied(refusal)
        }
    }

    private func granted(_ caller: Caller, unless roles: Set<RoleID> = []) -> AccessDecision {
        adminRoles.isEmpty && !holds(roles, caller) ? .grantedByAdministratorPermission : .granted
    }

    private func holds(_ roles: Set<RoleID>, _ caller: Caller) -> Bool {
        caller.roles.map { !$0.isDisjoint(with: roles) } ?? false
    }
}
