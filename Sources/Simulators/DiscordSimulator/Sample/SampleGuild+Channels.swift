/// Channels, threads and first messages of the sample guild.
extension SampleGuild {
    static func addChannels(to blueprint: inout GuildBlueprint) {
        let ticketBotAccess = PermissionOverwrite(
            .member, ticketBot, allow: [.viewChannel, .manageThreads, .createPublicThreads, .sendInThreads])
        let staffOnly =
            [PermissionOverwrite(.role, guild, deny: .viewChannel)]
            + [101, 102, 107].map { PermissionOverwrite(.role, id($0), allow: .viewChannel) }
        let recruitersOnly = staffOnly + [103, 104].map { PermissionOverwrite(.role, id($0), allow: .viewChannel) }
        // Everybody reads the ticket channels, so that applicants reach their threads; only the ticket bot posts there.
        let tickets = [
            PermissionOverwrite(.role, guild, deny: [.sendMessages, .createPublicThreads, .createPrivateThreads]),
            ticketBotAccess,
        ]

        category(
            241, "Staff", staffOnly,
            [(201, "bot-log"), (208, "reservation-audit"), (216, "onboarding-log"), (217, "admin-audit")], &blueprint)
        category(
            242, "Recruitment", recruitersOnly,
            [(205, "recruiters"), (215, "recruiter-reports")], &blueprint)
        // Clan leads ask there which seats are held.
        blueprint.addChannel(
            id: id(207), name: "recruitment-interact", parentID: id(242),
            overwrites: recruitersOnly + [PermissionOverwrite(.role, id(105), allow: .viewChannel)])
        blueprint.addChannel(id: id(202), name: "welcome-tickets", parentID: id(242), overwrites: tickets)
        blueprint.addChannel(id: id(203), name: "promo-tickets", parentID: id(242), overwrites: tickets)
        category(
            243, "Community", [],
            [
                (204, "hearth"), (209, "shards-and-mercy"), (210, "server-map"), (211, "who-we-are"),
                (212, "mirralith"),
                (213, "league-submissions"), (214, "announcements"),
            ], &blueprint)
        category(
            244, "Clan Halls", [], clans.enumerated().map { (251 + $0, $1.tag.lowercased()) }, &blueprint)

        for (number, name, parent) in [
            (206, "reservations-control", 205), (232, "clanmatch-panel", 205), (221, "legendary", 213),
            (222, "rising-stars", 213), (223, "stormforged", 213), (224, "league-reminders", 213), (231, "trivia", 214),
        ] {
            blueprint.addThread(id: id(number), name: name, parentID: id(parent), ownerID: admin, members: [bot])
        }
        addBoards(to: &blueprint)
    }

    private static func category(
        _ number: Int, _ name: String, _ overwrites: [PermissionOverwrite], _ channels: [(Int, String)],
        _ blueprint: inout GuildBlueprint
    ) {
        blueprint.addChannel(id: id(number), name: name, kind: .category, overwrites: overwrites)
        for (channel, name) in channels { blueprint.addChannel(id: id(channel), name: name, parentID: id(number)) }
    }

    /// The bot's own standing messages: server map and overview.
    private static func addBoards(to blueprint: inout GuildBlueprint) {
        blueprint.addMessage(id: id(501), in: id(210), by: bot, "🧭 **Server Map**\n<#\(hearth)>\n<#\(announcements)>")
        blueprint.addMessage(id: id(502), in: id(210), by: bot, "🧭 **Server Map**\n<#\(shardsAndMercy)>")
        let labels = [
            "CLAN_STATUS", "LEADERSHIP", "CLUSTER_ELITE_END", "CLUSTER_EARLY_END", "CLUSTER_LATE", "CLUSTER_MID",
            "CLUSTER_EARLY", "CLUSTER_BEGINNER",
        ]
        let headings = [0: "Mirralith • Clan Status", 1: "Mirralith • Clan Leadership", 2: "Cluster Structure"]
        for (index, label) in labels.enumerated() {
            blueprint.addMessage(
                id: id(503 + index), in: id(212), by: bot,
                " \n# \(headings[index] ?? "")\n-# *Last updated 2026-03-09  ||[MIRRALITH_\(label)]||*")
        }
    }

    // MARK: Tickets

    /// A ticket of the workbook: thread, name, applicant, panel message, and whether it is closed.
    private struct Ticket {
        var number: Int
        var name: String
        var applicant: Int
        var panel: Int?
        var isClosed = false
    }

    private static let welcome = [
        Ticket(number: 401, name: "W0601-aldermoor", applicant: 301, panel: 511),
        Ticket(number: 402, name: "Res-W0602-brindlefox-WKBR", applicant: 302, panel: 512),
        Ticket(number: 403, name: "Res-W0603-cinderwyn-WKFH", applicant: 303, panel: 513),
        Ticket(number: 404, name: "Res-W0604-dorrigan-WKFH", applicant: 304, panel: 514),
        Ticket(number: 405, name: "Res-W0605-eskil-WKLM", applicant: 305, panel: 515),
        Ticket(number: 406, name: "Res-W0606-fennimore-WKKN", applicant: 306),
        Ticket(number: 407, name: "Res-W0607-galatea-WKOB", applicant: 307),
        Ticket(number: 408, name: "Closed-W0608-hollis-NONE", applicant: 308, panel: 516, isClosed: true),
        Ticket(number: 410, name: "Closed-W0610-jorvik-NONE", applicant: 310, isClosed: true),
        Ticket(number: 411, name: "Closed-W0611-kestra-WKIS", applicant: 311, isClosed: true),
        Ticket(number: 412, name: "Closed-W0612-lorcan-WKNR", applicant: 312, isClosed: true),
        Ticket(number: 413, name: "W0613-maristela", applicant: 313),
        Ticket(number: 414, name: "Res-W0614-norrin-WKTD", applicant: 314),
    ]

    private static let promo = [
        Ticket(number: 451, name: "Closed-R0101-kestra-WKIS", applicant: 321, panel: 521, isClosed: true),
        Ticket(number: 452, name: "M0102-tamsin", applicant: 322, panel: 522),
        Ticket(number: 453, name: "L0103-rurik", applicant: 323),
        Ticket(number: 454, name: "M0104-ulvar", applicant: 324),
    ]

    static func addTickets(to blueprint: inout GuildBlueprint) {
        for (tickets, parent) in [(welcome, welcomeTickets), (promo, promoTickets)] {
            for ticket in tickets { add(ticket, under: parent, to: &blueprint) }
        }
    }

    private static func add(_ ticket: Ticket, under parent: WorldID, to blueprint: inout GuildBlueprint) {
        let applicant = id(ticket.applicant)
        let isMember = blueprint.guild.members[applicant] != nil
        blueprint.addThread(
            id: id(ticket.number), name: ticket.name, parentID: parent, ownerID: ticketBot,
            members: (isMember ? [applicant] : []) + [bot], isArchived: ticket.isClosed, isLocked: ticket.isClosed)
        let greeting = "Welcome <@\(applicant)>! The Recruiters will be with you soon."
        let trigger = ticket.panel == nil ? "" : " Keep this thread awake by reacting with 👍 below."
        // Greetings lie between the threads' ids and those of the panels.
        blueprint.addMessage(
            id: id(ticket.number < 450 ? ticket.number + 60 : ticket.number + 40), in: id(ticket.number), by: ticketBot,
            greeting + trigger)
        if let panel = ticket.panel {
            blueprint.addMessage(
                id: id(panel), in: id(ticket.number), by: bot, "Ready when you are: answer a few questions.")
        }
    }
}
