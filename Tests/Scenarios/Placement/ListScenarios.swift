import DiscordSimulator
import Service
import Testing

@testable import woadkeeper

@Suite("Placement: lists of held seats")
struct ListScenarios {
    private static func row(_ thread: Int, _ user: String, _ tag: String, _ until: String, _ made: String) -> String {
        "\(SampleGuild.id(thread)),\(user),\(SampleGuild.id(351)),\(tag),\(until),\(made),active,,Somebody\r\n"
    }

    @Test("placement.21: the control thread lists the last 28 days and nothing older")
    func recent() async throws {
        let header =
            "thread_id,ticket_user_id,recruiter_id,clan_tag,reserved_until,created_at,status,notes,username_snapshot"
        let young = Self.row(401, "\(SampleGuild.id(301))", "WKLM", "2026-03-20", "2026-03-06T08:00:00+00:00")
        let old = Self.row(403, "\(SampleGuild.id(303))", "WKAS", "2026-01-05", "2025-12-26T08:00:00+00:00")
        try await ReservePlay.play(prepare: { try $0.put("\(header)\r\n\(young)\(old)", "recruitment/Reservations") }) {
            play in
            let list = try await play.elsewhere("!reservations", in: SampleGuild.reservationsControl)
            #expect(list.content.hasPrefix("Reservations in the last 28 days (1 rows):"))
            let line = "• <@\(SampleGuild.id(301))> — `WKLM` — status=active — expires 2026-03-20 — ticket W0601"
            #expect(list.content.contains(line), "\(list.content)")
            #expect(!list.content.contains("WKAS"))
            #expect(list.mentionedUsers.isEmpty)
            #expect(
                await play.logs {
                    $0.hasPrefix("🧭 reservations_global — channel=") && $0.hasSuffix("count=1 • window=28d • result=ok")
                })
        }
    }

    @Test("placement.22: a ticket without a hold says so")
    func empty() async throws {
        try await ReservePlay.play { play in
            let reply = try await play.elsewhere("!reservations", in: play.thread)
            #expect(reply.content.contains("no active reservations for <@\(SampleGuild.id(301))>"))
            #expect(reply.mentionedUsers.isEmpty)
            let line = "ticket=W0601 • user=aldermoor • thread=W0601-aldermoor • count=0 • scope=user • result=empty"
            #expect(await play.logs { $0 == "🧭 reservations_list — \(line)" })
        }
    }

    @Test("placement.23: a thread named for another clan and a recruit with two holds are told apart, and logged")
    func anomalies() async throws {
        try await ReservePlay.play(thread: 402) { play in
            let one = try await play.elsewhere("!reservations", in: play.thread)
            #expect(one.content.contains("• `WKBR` — expires 2026-03-20 (created by <@\(SampleGuild.id(351))>"))
            try play.stage.edit(
                "recruitment/Reservations", "\(SampleGuild.id(351)),WKBR", to: "\(SampleGuild.id(351)),WKMO")
            let mismatch = try await play.elsewhere("!reservations", in: play.thread)
            #expect(mismatch.content.contains("`WKBR`") && mismatch.content.contains("`WKMO`"))
            #expect(mismatch.content.contains("<#\(SampleGuild.reservationsControl)>"))
            let second = Self.row(402, "\(SampleGuild.id(302))", "WKAS", "2026-03-22", "2026-03-15T08:00:00+00:00")
            try play.stage.add(second, to: "recruitment/Reservations")
            let several = try await play.elsewhere("!reservations", in: play.thread)
            #expect(several.content.contains("multiple active reservations"))
            for reason in ["tag_mismatch", "multiple_active"] {
                #expect(
                    await play.logs {
                        $0.hasPrefix("⚠️ reservations_list — ticket=W0602") && $0.hasSuffix("reason=\(reason)")
                    })
            }
            #expect(await play.logs { $0.hasSuffix("reason=mismatch • rows=2") })
            #expect(await play.logs { $0.hasSuffix("reason=multiple_active • rows=2,16") })
            #expect(play.stage.log.messages.count { $0 == "thread reservation anomaly" } == 2)
        }
    }

    @Test("placement.24: a clan lead lists a clan's holds in the interact channel, and only there; others are refused")
    func leads() async throws {
        try await ReservePlay.play { play in
            let lead = play.with(344)
            let list = try await lead.elsewhere("!reservations WKFH", in: SampleGuild.recruitmentInteract)
            #expect(list.content.hasPrefix("Active reservations for `WKFH`:"))
            let lines = list.content.split(separator: "\n").dropFirst()
            #expect(
                lines == [
                    "• <@\(SampleGuild.id(303))> — expires 2026-03-18 (ticket W0603)",
                    "• <@\(SampleGuild.id(304))> — expires 2026-03-25 (ticket W0604)",
                ])
            #expect(await play.logs { $0 == "🧭 reservations_list — clan=WKFH • count=2 • scope=clan • result=ok" })
            let elsewhere = try await lead.elsewhere("!reservations WKFH", in: SampleGuild.hearth)
            #expect(elsewhere.content.contains("<#\(SampleGuild.recruitmentInteract)>"))
            let ticket = try await lead.elsewhere("!reservations", in: SampleGuild.hearth)
            #expect(ticket.content.contains("for Recruiters and Admins"))
            let other = try await play.with(331).elsewhere("!reservations WKFH", in: SampleGuild.hearth)
            #expect(other.content.contains("Only Recruiters (or Admins) can inspect reservations"))
        }
    }

    @Test("a wrong ledger header is named to staff wherever the ledger is looked at, and not to clan leads")
    func wrongHeader() async throws {
        try await ReservePlay.play { play in
            try play.stage.edit("recruitment/Reservations", "thread_id,ticket_user_id", to: "thread,ticket_user_id")
            try await play.says("!reserve WKLM", sees: "ledger header")
            let interact = SampleGuild.recruitmentInteract
            for (words, channel) in [
                ("!reservations", play.thread), ("!reservations", SampleGuild.reservationsControl),
                ("!reservations WKFH", interact),
            ] {
                let told = try await play.elsewhere(words, in: channel)
                #expect(told.content.contains("ledger header"), "\(channel): \(told.content)")
            }
            let lead = try await play.with(344).elsewhere("!reservations WKFH", in: interact)
            #expect(lead.content == "The reservations cannot be read right now. Please try again in a minute.")
        }
    }

    @Test("a header that breaks between the questions is named by the check of the recruit, too")
    func headerBreaksLater() async throws {
        try await ReservePlay.play { play in
            try await play.says("!reserve WKLM", sees: "Who is the seat in")
            try play.stage.edit("recruitment/Reservations", "thread_id,ticket_user_id", to: "thread,ticket_user_id")
            try await play.says("<@\(SampleGuild.id(301))>", sees: "ledger header")
        }
    }

    @Test("placement.25: sixty holds of one clan come in messages that Discord takes, and ping nobody")
    func long() async throws {
        let rows = (0..<60).map { number in
            Self.row(
                9000 + number, "\(SampleGuild.id(7000 + number))", "WKZN", "2026-04-0\(1 + number % 9)",
                "2026-03-15T08:00:00Z")
        }
        try await ReservePlay.play(prepare: { try $0.add(rows.joined(), to: "recruitment/Reservations") }) { play in
            let question = try await play.person.says("!reservations WKZN", in: SampleGuild.recruitmentInteract)
            try await play.stage.sees(play.person, in: SampleGuild.recruitmentInteract, within: .seconds(30)) {
                $0.content.hasPrefix("Active reservations for `WKZN` continued:")
            }
            try await play.stage.settles(play.person, in: SampleGuild.recruitmentInteract)
            let pages = await play.stage.botMessages(play.person, in: SampleGuild.recruitmentInteract)
                .filter { $0.id > question.id && $0.content.hasPrefix("Active") }
            #expect(pages.count >= 2)
            #expect(pages.allSatisfy { $0.content.utf16.count <= 2000 && $0.mentionedUsers.isEmpty })
            let lines = pages.flatMap { $0.content.split(separator: "\n").filter { $0.hasPrefix("• ") } }
            #expect(Set(lines).count == 60)
        }
    }
}
