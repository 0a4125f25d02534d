import Discord
import Service
import Testing

@testable import Reports

@Suite("Views of reports")
struct ReportViewTests {
    /// 2026-11-25T09:30:00Z
    private static let time = Timestamp(milliseconds: 1_795_599_000_000)
    private static let guild: GuildID = 900_000_000_000_000_601
    private static let (welcome, promo): (ChannelID, ChannelID) = (202, 203)

    private static func line(_ key: String, _ open: Int = 1) -> RecruiterFigures.Line {
        RecruiterFigures.Line(key: key, open: open, inactives: 2, reserved: 3)
    }

    // MARK: The update

    @Test("the summary has both blocks, a divider between them, and says when it was read")
    func summary() {
        var figures = RecruiterFigures()
        figures.general = [Self.line("Overall", 84)]
        figures.brackets = [Self.line("Late Game", 0), Self.line("Mid Game", 5)]
        let embed = RecruiterUpdateView(figures: figures, readAt: Self.time).embed(.summary)
        #expect(embed.title == "Summary Open Spots")
        #expect(embed.color == 0x11806A)
        #expect(embed.fields.map(\.name) == ["General Overview", "\u{200B}", "Per Bracket"])
        #expect(
            embed.fields.map(\.value) == [
                "🔹 **Overall:** open 84 | inactives 2 | reserved 3", "▫▪▫▪▫▪▫",
                "🔹 **Late Game:** open 0 | inactives 2 | reserved 3\n🔹 **Mid Game:** open 5 | inactives 2 | reserved 3",
            ])
        #expect(embed.fields.allSatisfy { !$0.isInline })
        #expect(
            embed.footer?.text
                == "last updated 2026-11-25 09:30 UTC • daily snapshot, for most accurate numbers use `!clanmatch`")
        figures.general = []
        let half = RecruiterUpdateView(figures: figures, readAt: Self.time).embed(.summary)
        #expect(half.fields.map(\.name) == ["Per Bracket"])
    }

    @Test("the details have a field for each group that has lines, in their fixed order, and no footer")
    func details() {
        var figures = RecruiterFigures()
        figures.details = [.beginners: [Self.line("A")], .eliteEndGame: [Self.line("B")], .midGame: []]
        let embed = RecruiterUpdateView(figures: figures, readAt: Self.time).embed(.details)
        #expect(embed.title == "Bracket Details")
        #expect(embed.fields.map(\.name) == ["Elite End Game", "Beginners"])
        #expect(embed.footer == nil)
    }

    @Test("the message names the recruiter roles in ascending order, and pings them if there is something to see")
    func message() {
        var figures = RecruiterFigures()
        figures.general = [Self.line("Overall")]
        let roles: [RoleID] = [30, 4, 200]
        let message = RecruiterUpdateView(figures: figures, readAt: Self.time).message("2026-11-25", recruiters: roles)
        #expect(message.content == "# Update 2026-11-25\n<@&4>\n<@&30>\n<@&200>")
        #expect(message.allowedMentions == .roles([4, 30, 200]))
        let empty = RecruiterUpdateView(figures: RecruiterFigures(), readAt: Self.time)
        #expect(empty.message("2026-11-25", recruiters: roles).allowedMentions == .none)
    }

    @Test("the button of the page that is shown cannot be pressed", arguments: RecruiterUpdateView.Page.allCases)
    func buttons(page: RecruiterUpdateView.Page) throws {
        let buttons = RecruiterUpdateView.buttons(showing: page).flattened.compactMap { component -> Button? in
            if case .button(let button) = component { return button }
            return nil
        }
        #expect(buttons.map(\.label) == ["Summary", "Bracket Details"])
        #expect(buttons.map(\.customID) == ["open_spots_summary", "open_spots_details"])
        #expect(buttons.map(\.isDisabled) == [page == .summary, page == .details])
        #expect(buttons.allSatisfy { $0.style == .secondary })
    }

    @Test("the largest figures fit into a message, split over fields and counted where they are too many")
    func limits() throws {
        let long = String(repeating: "🐉", count: 25_000)
        let many = (1...2000).map {
            RecruiterFigures.Line(key: "\(long)\($0)", open: .max, inactives: .min, reserved: .max)
        }
        var figures = RecruiterFigures()
        (figures.general, figures.brackets) = (many, many)
        for group in RecruiterFigures.Group.allCases { figures.details[group] = many }
        let view = RecruiterUpdateView(figures: figures, readAt: Self.time)
        let roles = (0..<150).map { RoleID(integerLiteral: 18_000_000_000_000_000_000 + $0) }
        let message = view.message("2026-11-25", recruiters: roles)
        try message.validate()
        #expect(message.content?.hasSuffix(">") == true)
        for page in RecruiterUpdateView.Page.allCases {
            let embed = view.embed(page)
            try MessagePayload(embeds: [embed], components: RecruiterUpdateView.buttons(showing: page)).validate()
            #expect(embed.fields.contains { $0.value.contains("… ") && $0.value.hasSuffix(" more") })
        }
        // Every group keeps its place.
        let names = Set(view.embed(.details).fields.map(\.name))
        #expect(names.isSuperset(of: RecruiterFigures.Group.allCases.map(\.title)))
        figures.general = (1...60).map { Self.line("Clan \($0)") }
        figures.brackets = []
        let split = RecruiterUpdateView(figures: figures, readAt: Self.time).embed(.summary)
        #expect(
            split.fields.map(\.name) == ["General Overview"] + Array(repeating: "General Overview (cont.)", count: 2))
        #expect(split.fields.flatMap { $0.value.split(separator: "\n") }.count == 60)
    }

    // MARK: Open tickets

    private static func thread(
        _ id: UInt64, _ name: String, in parent: ChannelID, at created: Timestamp? = nil, isArchived: Bool = false
    ) -> Channel {
        Channel(
            id: ChannelID(integerLiteral: id), kind: .privateThread, guildID: guild, name: name, parentID: parent,
            thread: ThreadMetadata(isArchived: isArchived, createdAt: created))
    }

    @Test("open tickets are told by their names, and sorted by age")
    func tickets() {
        let threads = [
            Self.thread(11, "W0002-brindle", in: Self.welcome, at: Self.time),
            Self.thread(12, "Res-W0001-ann-WKBR", in: Self.welcome, at: Self.time - .seconds(60)),
            Self.thread(13, "CLOSED-W0003-x-NONE", in: Self.welcome),
            Self.thread(14, "W0004-archived", in: Self.welcome, isArchived: true),
            Self.thread(15, "W0005-elsewhere", in: 999),
            Self.thread(16, "general talk", in: Self.welcome),
            Self.thread(17, "m0006 move", in: Self.promo, at: Self.time),
            Self.thread(18, "L0007-lead", in: Self.promo, at: Self.time - .seconds(60)),
            Self.thread(19, "R0008-back", in: Self.welcome, at: Self.time + .seconds(60)),
            Self.thread(11, "W0002-brindle", in: Self.welcome, at: Self.time),
            Self.thread(20, "w0700 [new]_one", in: Self.welcome, at: Self.time + .seconds(5)),
        ]
        let tickets = OpenTickets(among: threads, under: [Self.welcome, Self.promo])
        #expect(tickets.welcome.map(\.name) == ["Res-W0001-ann-WKBR", "W0002-brindle", "w0700 [new]_one"])
        #expect(tickets.moves.map(\.name) == ["L0007-lead", "m0006 move", "R0008-back"])
    }

    @Test("a name cannot end the link in which it stands")
    func escaping() {
        let tickets = OpenTickets(
            among: [
                Self.thread(20, "w0700 [new]_one", in: Self.welcome, at: Self.time),
                Self.thread(21, "W0701 a](http://x)\\", in: Self.welcome, at: Self.time),
            ], under: [Self.welcome])
        let field = OpenTicketsView.embeds(tickets, at: Self.time)[0].fields[0]
        let guild = "https://discord.com/channels/900000000000000601"
        #expect(
            field.value == """
                🔹 [w0700 \\[new\\]_one](\(guild)/20) 2026-11-25 09:30 UTC
                🔹 [W0701 a\\](http://x)\\\\](\(guild)/21) 2026-11-25 09:30 UTC
                """)
    }

    @Test("without tickets both fields say so")
    func none() throws {
        let embeds = OpenTicketsView.embeds(OpenTickets(among: [], under: []), at: Self.time)
        #expect(embeds.count == 1)
        #expect(embeds[0].title == "Currently Open Tickets")
        #expect(embeds[0].color == 0x1B8009)
        #expect(embeds[0].fields.map(\.name) == ["Welcome", "Move Requests"])
        #expect(embeds[0].fields.allSatisfy { $0.value == "🔹 None right now ✨" })
        #expect(embeds[0].footer?.text == "Last updated 2026-11-25 09:30 UTC •")
    }

    @Test("however many tickets there are, every link is whole and every message fits")
    func manyTickets() throws {
        let name = String(repeating: "[", count: 90)
        let threads = (1...300).flatMap { number in
            [
                Self.thread(UInt64(1000 + number), "W\(10_000 + number) \(name)", in: Self.welcome),
                Self.thread(UInt64(5000 + number), "M\(10_000 + number) \(name)", in: Self.promo),
            ]
        }
        let tickets = OpenTickets(among: threads, under: [Self.welcome, Self.promo])
        let embeds = OpenTicketsView.embeds(tickets, at: Self.time)
        #expect(embeds.count > 2)
        for (index, embed) in embeds.enumerated() {
            try MessagePayload(embeds: [embed]).validate()
            let page = index == 0 ? "" : " (page \(index + 1))"
            #expect(embed.footer?.text == "Last updated 2026-11-25 09:30\(page) UTC •")
        }
        let lines = embeds.flatMap(\.fields).flatMap { $0.value.split(separator: "\n") }
        #expect(lines.count == 600)
        #expect(
            lines.allSatisfy { $0.hasPrefix("🔹 [") && $0.hasSuffix(" UTC") && $0.contains("](https://discord.com/") })
        let names = Set(embeds.flatMap(\.fields).map(\.name))
        #expect(names == ["Welcome", "\u{200B}", "Move Requests", "Move Requests (cont.)"])
    }
}
