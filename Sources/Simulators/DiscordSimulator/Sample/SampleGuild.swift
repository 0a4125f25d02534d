/// The guild that the sample workbook is about: every id, name and parent stands in the workbook's `README.md`.
///
/// ```swift
/// let simulator = Simulator(world: SampleGuild.blueprint(), calendar: …, transport: …)
/// let recruit = simulator.person(SampleGuild.applicant(1))
/// ```
public enum SampleGuild {
    /// The id with a number of the workbook's list of placeholder ids.
    public static func id(_ number: Int) -> WorldID { 900_000_000_000_000_000 + WorldID(number) }

    /// The token of the bot that the workbook is for.
    public static let botToken = "OTAwMDAwMDAwMDAwMDAwMzYw.sample.simulated-guild-only"
    /// The token of the ticket bot.
    public static let ticketBotToken = "OTAwMDAwMDAwMDAwMDAwMzYx.sample.simulated-guild-only"

    /// The guild.
    public static let guild = id(601)
    /// The bot that the workbook is for.
    public static let bot = id(360)
    /// The bot that opens tickets.
    public static let ticketBot = id(361)

    /// `bot-log`
    public static let botLog = id(201)
    /// `welcome-tickets`, under which welcome tickets are opened
    public static let welcomeTickets = id(202)
    /// `promo-tickets`, under which promo tickets are opened
    public static let promoTickets = id(203)
    /// `hearth`, the public welcome channel
    public static let hearth = id(204)
    /// `recruiters`
    public static let recruiters = id(205)
    /// `reservations-control`, a thread of `recruiters`
    public static let reservationsControl = id(206)
    /// `recruitment-interact`
    public static let recruitmentInteract = id(207)
    /// `reservation-audit`
    public static let reservationAudit = id(208)
    /// `shards-and-mercy`
    public static let shardsAndMercy = id(209)
    /// `announcements`
    public static let announcements = id(214)
    /// `recruiter-reports`
    public static let recruiterReports = id(215)
    /// `onboarding-log`
    public static let onboardingLog = id(216)
    /// `admin-audit`
    public static let adminAudit = id(217)
    /// `clanmatch-panel`, a thread of `recruiters`
    public static let panelThread = id(232)

    /// The admin.
    public static let admin = id(341)
    /// A member of the staff.
    public static let steward = id(342)
    /// The recruitment coordinator.
    public static let coordinator = id(343)
    /// The clan lead.
    public static let clanLead = id(344)
    /// The guardian.
    public static let guardian = id(345)
    /// A recruiter.
    public static let recruiter = id(351)
    /// A member of a clan.
    public static let member = id(331)

    /// An applicant by number, 1 to 14; 5 and 7 to 10 have left the guild.
    public static func applicant(_ number: Int) -> WorldID { id(300 + number) }

    /// The blueprint.
    public static func blueprint() -> GuildBlueprint {
        var blueprint = GuildBlueprint(id: guild, name: "Woad Cluster", ownerID: admin)
        addRoles(to: &blueprint)
        addPeople(to: &blueprint)
        addChannels(to: &blueprint)
        addTickets(to: &blueprint)
        addEmoji(to: &blueprint)
        return blueprint
    }

    // MARK: Clans

    /// Tag and name of every clan, in the order of the roster.
    public static let clans: [(tag: String, name: String)] = [
        ("WKAS", "Ashen Sovereigns"), ("WKBR", "Briar Regents"), ("WKCT", "Cobalt Titans"), ("WKDV", "Dusk Vanguard"),
        ("WKEM", "Ember Marshals"), ("WKFH", "Frost Heralds"), ("WKGK", "Gilded Keep"), ("WKHW", "Hollow Watch"),
        ("WKIS", "Iron Sparrows"), ("WKJC", "Jade Council"), ("WKKN", "Kestrel Nine"), ("WKLM", "Lantern March"),
        ("WKMO", "Moss Oracle"), ("WKNR", "Night Rowers"), ("WKOB", "Obsidian Bay"), ("WKPL", "Pale Lancers"),
        ("WKQU", "Quarry Union"), ("WKRF", "Rune Foundry"), ("WKSP", "Silver Pines"), ("WKTD", "Tidal Drum"),
        ("WKUM", "Umber Mill"), ("WKVG", "Verdant Gate"), ("WKWL", "Willow Lodge"), ("WKXP", "Crossroads Post"),
        ("WKYR", "Young Ravens"), ("WKZN", "Zenith Nest"),
    ]

    // MARK: Roles

    private static let moderator: PermissionBits = [
        .manageMessages, .manageThreads, .manageNicknames, .pinMessages, .viewAuditLog, .mentionEveryone,
    ]

    private static func addRoles(to blueprint: inout GuildBlueprint) {
        // From the lowest to the highest.
        for (number, name) in [
            (121, "Event Banner"), (122, "Confetti"), (123, "Trivia"), (124, "Dice"), (125, "Target"),
            (114, "Patrons"), (115, "Veterans"), (113, "C1C League"),
        ] {
            blueprint.addRole(id: id(number), name: name, color: 0x8A_9BA8)
        }
        for (index, clan) in clans.enumerated().reversed() {
            blueprint.addRole(id: id(151 + index), name: clan.name, color: 0x4F_7CAC, isMentionable: true)
        }
        for (number, name, color) in [
            (112, "Visitor", 0x95_A5A6), (111, "Wandering Souls", 0x7D_6B91), (110, "Raid", 0xC0_8B30),
        ] {
            blueprint.addRole(id: id(number), name: name, color: color)
        }
        blueprint.addRole(id: id(106), name: "Guardian Knights", color: 0x3B_8EA5, isHoisted: true)
        blueprint.addRole(id: id(105), name: "Clan Leads", color: 0xB0_5A7A, isHoisted: true, isMentionable: true)
        blueprint.addRole(
            id: id(103), name: "Recruiters", permissions: [.manageThreads, .manageMessages], color: 0x2E_8B57,
            isHoisted: true, isMentionable: true)
        blueprint.addRole(
            id: id(104), name: "Recruitment Coordinators", permissions: [.manageThreads, .manageMessages],
            color: 0x1F_7A4D, isHoisted: true, isMentionable: true)
        blueprint.addRole(
            id: id(102), name: "Stewards", permissions: moderator.union([.manageRoles, .manageChannels]),
            color: 0x6A_4FB3, isHoisted: true, isMentionable: true)
        blueprint.addRole(
            id: id(107), name: "bot",
            permissions: moderator.union([.manageRoles, .manageChannels, .createPublicThreads, .createPrivateThreads]),
            color: 0x2B_6C99)
        blueprint.addRole(
            id: id(101), name: "Flame Wardens", permissions: .administrator, color: 0xD3_5400, isHoisted: true,
            isMentionable: true)
    }

    // MARK: People

    private static func addPeople(to blueprint: inout GuildBlueprint) {
        let applicants = [
            "Aldermoor", "Brindlefox", "Cinderwyn", "Dorrigan", "Eskil the Grey", "Fennimore", "Galatea", "Hollis",
            "Isaura", "Jorvik", "Kestra", "Lorcan", "Maristela", "Norrin",
        ]
        let departed: Set<Int> = [5, 7, 8, 9, 10]
        for (index, name) in applicants.enumerated() {
            let roles: [Int: Set<WorldID>] = [11: [id(110), id(159)], 12: [id(110), id(164)]]
            add(name, 301 + index, roles[index + 1] ?? [id(112)], isMember: !departed.contains(index + 1), &blueprint)
        }
        add("Kestra", 321, [id(110), id(159)], account: "kestra_too", &blueprint)
        add("Tamsin", 322, [id(110), id(159)], &blueprint)
        add("Rurik", 323, [id(110), id(159)], &blueprint)
        add("Ulvar", 324, [id(110), id(171)], &blueprint)
        add("Torvald", 331, [id(110), id(151)], &blueprint)
        add("Maelle", 332, [id(111), id(152)], &blueprint)
        add("Past mercy", 333, [id(110), id(111)], &blueprint)
        // A display name has 32 characters at most; the workbook's row holds a longer one from another time.
        add("A very long display name that is", 334, [id(110)], account: "a_very_long_name", &blueprint)
        add("Ysolde", 341, [id(101)], &blueprint)
        add("Oskar", 342, [id(102)], &blueprint)
        add("Signe", 343, [id(104)], &blueprint)
        add("Vesna", 344, [id(105)], &blueprint)
        add("Grim", 345, [id(106)], &blueprint)
        add("Runa", 351, [id(103)], &blueprint)
        add("Halvar", 352, [id(103)], &blueprint)
        add("Freya", 353, [id(103)], &blueprint)
        blueprint.addBot(id: bot, name: "Woadkeeper", token: botToken, roles: [id(107)])
        blueprint.addBot(id: ticketBot, name: "Ticket Tool", token: ticketBotToken)
    }

    private static func add(
        _ name: String, _ number: Int, _ roles: Set<WorldID>, account: String? = nil, isMember: Bool = true,
        _ blueprint: inout GuildBlueprint
    ) {
        let plain = name.lowercased().map { $0 == " " ? "_" : $0 }
        blueprint.addUser(
            SimulatedUser(id: id(number), name: account ?? String(plain), displayName: name), roles: roles,
            isMember: isMember)
    }

    // MARK: Emoji

    private static func addEmoji(to blueprint: inout GuildBlueprint) {
        let names = [
            (701, "woad"), (702, "WKAS"), (703, "WKBR"), (704, "WKFH"), (705, "c1c"), (711, "ancient"), (712, "void"),
            (713, "sacred"), (714, "primal"), (721, "banner"), (722, "confetti"),
        ]
        for (number, name) in names { blueprint.addEmoji(id: id(number), name: name, isAnimated: number == 722) }
    }
}
