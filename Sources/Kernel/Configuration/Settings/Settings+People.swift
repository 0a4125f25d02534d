/// Roles and people.
public struct PeopleSettings: Sendable {
    /// Admins.
    public let adminRoles = Setting(
        "ADMIN_ROLE_IDS", .ids, default: Set<UInt64>(), layers: .accessList, "Admins; the lowest id is pinged by alerts"
    )
    /// Staff.
    public let staffRoles = Setting("STAFF_ROLE_IDS", .ids, default: Set<UInt64>(), layers: .accessList, "Staff")
    /// Recruiters.
    public let recruiterRoles = Setting(
        "RECRUITER_ROLE_IDS", .ids, default: Set<UInt64>(), layers: .accessList, "Recruiters")
    /// Leads.
    public let leadRoles = Setting("LEAD_ROLE_IDS", .ids, default: Set<UInt64>(), layers: .accessList, "Leads")
    /// Users who may inspect reservations.
    public let clanLeads = Setting(
        "CLAN_LEAD_IDS", .ids, default: Set<UInt64>(), layers: .accessList, "Users who may inspect reservations")
    /// Displayed only.
    public let admins = Setting("ADMIN_IDS", .looseIDs, default: [UInt64](), isUnused: true, "Displayed only")
    /// Roles of the clans.
    public let clanRoles = Setting("CLAN_ROLE_IDS", .ids, default: Set<UInt64>(), "Roles of the clans")
    /// Role of members.
    public let raidRole = Setting<UInt64?>("RAID_ROLE_ID", .id, "Members")
    /// Role of members without clan.
    public let wanderingSoulsRole = Setting<UInt64?>("WANDERING_SOULS_ROLE_ID", .id, "Members without clan")
    /// Role of visitors.
    public let visitorRole = Setting<UInt64?>("VISITOR_ROLE_ID", .id, "Visitors")
    /// Coordinators.
    public let coordinatorRoles = Setting(
        "RECRUITMENT_COORDINATOR_ROLE_IDS", .ids, default: Set<UInt64>(), "Coordinators, inside ticket threads")
    /// Guardians.
    public let guardianRoles = Setting(
        "GUARDIAN_KNIGHT_ROLE_IDS", .ids, default: Set<UInt64>(), "Guardians, inside ticket threads")
    /// The bot that opens tickets.
    public let ticketBot = Setting<UInt64?>("TICKET_TOOL_BOT_ID", .id, "The bot that opens ticket threads")
    /// Role pinged by fallback alerts.
    public let notifyRole = Setting<UInt64?>("NOTIFY_PING_ROLE_ID", .id, "Pinged by fallback alerts")
}

/// Channels and threads.
public struct ChannelSettings: Sendable {
    /// Log channel; see ``Registry/logChannel``.
    public let log = Setting<UInt64?>("LOG_CHANNEL_ID", .id, "Human-readable log lines; unset: none")
    /// Replaces the log channel.
    public let opsLog = Setting<UInt64?>("OPS_LOG_CHANNEL_ID", .id, "Replaces LOG_CHANNEL_ID")
    /// Inactivity breadcrumbs.
    public let onboardingLog = Setting<UInt64?>("ONBOARDING_LOG_CHANNEL_ID", .id, "Inactivity breadcrumbs")
    /// Reservation audit.
    public let reservationAudit = Setting<UInt64?>("LOGGING_CHANNEL_ID", .id, "Reservation audit lines")
    /// Fallback alerts.
    public let notify = Setting<UInt64?>("NOTIFY_CHANNEL_ID", .id, "Fallback alerts")
    /// Reservation reminders.
    public let recruiters = Setting<UInt64?>("RECRUITERS_CHANNEL_ID", .id, "Reservation reminders")
    /// Reservations control thread.
    public let recruitersThread = Setting<UInt64?>("RECRUITERS_THREAD_ID", .id, "Reservations control thread")
    /// Reservations inspection.
    public let recruitmentInteract = Setting<UInt64?>("RECRUITMENT_INTERACT_CHANNEL", .id, "Reservations inspection")
    /// Daily Recruiter Update.
    public let recruiterReport = Setting<UInt64?>("REPORT_RECRUITERS_DEST_ID", .strictID, "Daily Recruiter Update")
    /// Role and visitor audit.
    public let adminAudit = Setting<UInt64?>("ADMIN_AUDIT_DEST_ID", .id, "Role and visitor audit")
    /// Parent of welcome tickets.
    public let welcome = Setting<UInt64?>("WELCOME_CHANNEL_ID", .id, "Parent of welcome tickets")
    /// Public welcome notice.
    public let welcomeGeneral = Setting<UInt64?>("WELCOME_GENERAL_CHANNEL_ID", .id, "Public welcome notice")
    /// Parent of promo tickets.
    public let promo = Setting<UInt64?>("PROMO_CHANNEL_ID", .id, "Parent of promo tickets")
    /// Displayed only.
    public let roleMap = Setting<UInt64?>("ROLEMAP_CHANNEL_ID", .id, isUnused: true, "Displayed only")
    /// Who we are.
    public let whoWeAre = Setting<UInt64?>("WHO_WE_ARE_CHANNEL_ID", .id, "Who we are")
    /// Server map.
    public let serverMap = Setting<UInt64?>("SERVER_MAP_CHANNEL_ID", .id, "Server map")
    /// Categories that the server map leaves out.
    public let serverMapHiddenCategories = Setting(
        "SERVER_MAP_CATEGORY_BLACKLIST", .list, default: [String](), "Categories that the server map leaves out")
    /// Channels that the server map leaves out.
    public let serverMapHiddenChannels = Setting(
        "SERVER_MAP_CHANNEL_BLACKLIST", .list, default: [String](), "Channels that the server map leaves out")
    /// Days between server maps.
    public let serverMapRefreshDays = Setting(
        "SERVER_MAP_REFRESH_DAYS", .integer(1...3650), default: 30, "Days between server maps")
    /// Where recruiter panels go.
    public let panelThreadMode = Setting(
        "PANEL_THREAD_MODE", .lowercasedText, default: "same", "fixed: panels go to PANEL_FIXED_THREAD_ID")
    /// Thread of recruiter panels.
    public let panelFixedThread = Setting<UInt64?>("PANEL_FIXED_THREAD_ID", .id, "Thread of recruiter panels")
    /// Overview images.
    public let mirralith = Setting<UInt64?>("MIRRALITH_CHANNEL_ID", .strictID, "Overview images")
    /// Shard commands.
    public let shardMercy = Setting<UInt64?>(
        "SHARD_MERCY_CHANNEL_ID", .strictID, layers: .environmentThenMilestones, "The only channel for shard commands")
}

/// Leagues.
public struct LeagueSettings: Sendable {
    /// Role of participants.
    public let role = Setting<UInt64?>("C1C_LEAGUE_ROLE_ID", .strictID, "Participants")
    /// Announcements.
    public let announcements = Setting<UInt64?>("ANNOUNCEMENT_CHANNEL_ID", .strictID, "Announcements")
    /// Submissions.
    public let submissions = Setting<UInt64?>("LEAGUES_SUBMISSION_CHANNEL_ID", .strictID, "Submissions")
    /// Thread of the Legendary League.
    public let legendary = Setting<UInt64?>("LEAGUES_LEGENDARY_THREAD_ID", .strictID, "Legendary League")
    /// Thread of the Rising Stars League.
    public let rising = Setting<UInt64?>("LEAGUES_RISING_THREAD_ID", .strictID, "Rising Stars League")
    /// Thread of the Stormforged League.
    public let stormforged = Setting<UInt64?>("LEAGUES_STORMFORGED_THREAD_ID", .strictID, "Stormforged League")
    /// Reminders.
    public let reminders = Setting<UInt64?>("LEAGUES_REMINDER_THREAD_ID", .strictID, "Reminders")
    /// Users who may post leagues.
    public let admins = Setting("LEAGUE_ADMIN_IDS", .strictIDs, default: [UInt64](), "Users who may post leagues")
}
