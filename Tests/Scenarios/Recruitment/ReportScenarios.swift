import DiscordSimulator
import Glibc
import JSON
import Service
import Testing

@testable import woadkeeper

@Suite("Recruitment: daily reports")
struct ReportScenarios {
    private static let statistics = """
        H1_Headline,H2_Headline,Key,open spots,inactives,reserved spots
        General Overview,,,,,
        ,,Overall,84,20,7
        ,,Top 10,0,0,0
        ,,Trial seats,0,0,0
        Per Bracket,,,,,
        ,,Elite End Game,5,2,1
        ,,Beginners,0,0,0
        Bracket Details,,,,,
        ,Elite End Game,,5,2,1
        ,,Ashen Sovereigns,0,0,0
        ,,Briar Regents,1,1,1
        """

    /// 2026-11-25, a Wednesday, at a time of day in UTC.
    private static func time(_ hour: Int, _ minute: Int) -> Timestamp {
        Timestamp(milliseconds: 1_795_564_800_000 + Int64(hour * 3600 + minute * 60) * 1000)
    }

    private static func updates(_ stage: Stage) async -> [SimulatedMessage] {
        await stage.botMessages(stage.person(351), in: SampleGuild.recruiterReports)
            .filter { $0.content.hasPrefix("# Update ") }
    }

    private static func line(_ stage: Stage, _ end: String) async throws -> SimulatedMessage {
        try await stage.sees(stage.person(341), in: SampleGuild.botLog) {
            $0.content.contains(" **Report: recruiters** — ") && $0.content.hasSuffix(end)
        }
    }

    /// Lets the log of the workbook say that the update was posted at a time.
    private static func mark(_ time: String, _ stage: Stage) throws {
        let tab = "recruitment/Config"
        try stage.put(
            stage.text(tab).replacing(
                "DAILY_RECRUITER_UPDATE,2026-03-15T09:30:06Z", with: "DAILY_RECRUITER_UPDATE,\(time)"), tab)
    }

    // MARK: The update

    @Test("recruitment.32: idle rows are hidden in the overview and in the details, not in the brackets")
    func rows() async throws {
        try await Stage.play(prepare: { try $0.put(Self.statistics, "recruitment/Statistics") }) { stage in
            let (admin, recruiter) = (stage.person(341), stage.person(351))
            try await admin.says("!report recruiters", in: SampleGuild.botLog)
            let update = try await stage.sees(recruiter, in: SampleGuild.recruiterReports)
            #expect(update.content.hasPrefix("# Update 20"))
            #expect(update.content.hasSuffix("\n<@&\(SampleGuild.id(103))>"))
            #expect(await recruiter.wasNotified(by: update))
            #expect(update.titles == ["Summary Open Spots"])
            #expect(
                update.field("General Overview") == """
                    🔹 **Overall:** open 84 | inactives 20 | reserved 7
                    🔹 **Top 10:** open 0 | inactives 0 | reserved 0
                    """)
            #expect(
                update.field("Per Bracket") == """
                    🔹 **Elite End Game:** open 5 | inactives 2 | reserved 1
                    🔹 **Beginners:** open 0 | inactives 0 | reserved 0
                    """)
            #expect(update.field("\u{200B}") == "▫▪▫▪▫▪▫")
            try await recruiter.clicks(label: "Bracket Details", on: update)
            let details = try await stage.sees(recruiter, update) { $0.titles == ["Bracket Details"] }
            #expect(details.field("Elite End Game") == "🔹 **Briar Regents:** open 1 | inactives 1 | reserved 1")
            let line = try await Self.line(stage, " • reason=-")
            #expect(
                line.content.hasPrefix(
                    "✅ **Report: recruiters** — actor=manual • user=Ysolde • guild=Woad Cluster"
                        + " • dest=#Recruitment › recruiter-reports • date=20"))
            // A success is told by the report alone.
            try await stage.settles(admin, in: SampleGuild.botLog)
            let replies = await stage.botMessages(admin, in: SampleGuild.botLog).filter { $0.reference != nil }
            #expect(replies.isEmpty)
        }
    }

    @Test("recruitment.33: the pages turn both ways for anybody, and after a restart show the figures of then")
    func pages() async throws {
        let (scenery, clock) = Scenery.clocked(at: Self.time(17, 0))
        try await Stage.play(on: scenery, prepare: { try $0.put(Self.statistics, "recruitment/Statistics") }) { stage in
            let (admin, recruiter) = (stage.person(341), stage.person(352))
            try await admin.says("!report recruiters", in: SampleGuild.botLog)
            let update = try await stage.sees(recruiter, in: SampleGuild.recruiterReports)
            #expect(update.button("open_spots_summary")?.isDisabled == true)
            #expect(update.button("open_spots_details")?.isDisabled == false)
            await clock.advance(by: .seconds(600))
            try await recruiter.clicks(label: "Bracket Details", on: update)
            let details = try await stage.sees(recruiter, update) { $0.titles == ["Bracket Details"] }
            #expect(details.button("open_spots_summary")?.isDisabled == false)
            #expect(details.button("open_spots_details")?.isDisabled == true)
            #expect(details.footer.isEmpty)
            try await recruiter.clicks(label: "Summary", on: details)
            let summary = try await stage.sees(recruiter, update) { $0.titles == ["Summary Open Spots"] }
            // The time of the figures, not that of the press.
            #expect(summary.footer.hasPrefix("last updated 2026-11-25 17:00 UTC • daily snapshot"))
            #expect(summary.content == update.content)

            await stage.stopBot()
            try stage.put(
                Self.statistics.replacing("Overall,84", with: "Overall,85"), "recruitment/Statistics")
            try await stage.startBot()
            try await recruiter.clicks(label: "Bracket Details", on: summary)
            let after = try await stage.sees(recruiter, update) { $0.titles == ["Bracket Details"] }
            try await recruiter.clicks(label: "Summary", on: after)
            let again = try await stage.sees(recruiter, update) { $0.titles == ["Summary Open Spots"] }
            #expect(again.field("General Overview")?.hasPrefix("🔹 **Overall:** open 85 ") == true)
            #expect(again.footer.hasPrefix("last updated 2026-11-25 17:10 UTC"))
            #expect(await Self.updates(stage).count == 1)
        }
    }

    @Test("an update of the deployment before turns its pages")
    func formerUpdate() async throws {
        try await Stage.play(prepare: { try $0.put(Self.statistics, "recruitment/Statistics") }) { stage in
            let member = stage.person(353)
            let button = { (label: String, id: String, isOff: Bool) -> JSONValue in
                ["type": 2, "style": 2, "label": .string(label), "custom_id": .string(id), "disabled": .bool(isOff)]
            }
            let former = try await stage.formerBotPosts(
                [
                    "content": "# Update 2026-11-24",
                    "embeds": [["title": "Summary Open Spots", "color": 0x11806A]],
                    "components": [
                        [
                            "type": 1,
                            "components": [
                                button("Summary", "open_spots_summary", true),
                                button("Bracket Details", "open_spots_details", false),
                            ],
                        ]
                    ],
                ], in: SampleGuild.recruiterReports)
            try await member.clicks(label: "Bracket Details", on: former)
            let details = try await stage.sees(member, former) { $0.titles == ["Bracket Details"] }
            #expect(details.field("Elite End Game") == "🔹 **Briar Regents:** open 1 | inactives 1 | reserved 1")
            #expect(details.content == former.content)
            try await member.clicks(label: "Summary", on: details)
            try await stage.sees(member, former) {
                $0.footer.hasPrefix("last updated 20") && $0.field("Per Bracket") != nil
            }
        }
    }

    @Test("a report whose line has no channel leaves that in the log")
    func noLogChannel() async throws {
        let prepare: (Stage) throws -> Void = { try $0.put(Self.statistics, "recruitment/Statistics") }
        try await Stage.play(["LOG_CHANNEL_ID": ""], prepare: prepare) { stage in
            try await stage.person(341).says("!report recruiters", in: SampleGuild.botLog)
            try await stage.sees(stage.person(351), in: SampleGuild.recruiterReports)
            let line = await stage.log.first { $0.message == "failed to send report log line" }
            #expect(line?.level == .debug)
        }
    }

    @Test("recruitment.34: switched off after the start, the command says so, and operators see why")
    func switchedOff() async throws {
        try await Stage.play { stage in
            let admin = stage.person(341)
            let tab = "recruitment/FeatureToggles"
            try stage.put(
                stage.text(tab).replacing("recruitment_reports,TRUE", with: "recruitment_reports,FALSE"), tab)
            try await admin.says("!ops reload", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog) { $0.text.contains("recruitment_reports") }
            let call = try await admin.says("!report recruiters", in: SampleGuild.hearth)
            let reply = try await stage.sees(admin, in: SampleGuild.hearth, after: call)
            #expect(reply.content == "The Daily Recruiter Update is disabled (toggle `recruitment_reports`).")
            let line = try await Self.line(stage, " • reason=feature-off")
            #expect(
                line.content.hasPrefix("❌ **Report: recruiters** — actor=manual • user=Ysolde • guild=Woad Cluster"))
            // Who may not ask learns nothing of switches.
            let member = stage.person(331)
            let other = try await member.says("!report recruiters", in: SampleGuild.hearth)
            let refusal = try await stage.sees(member, in: SampleGuild.hearth, after: other)
            #expect(refusal.content == "Admins only.")
            #expect(await Self.updates(stage).isEmpty)
            try await admin.says("!next recruitment", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog) { $0.content.contains("no jobs under recruitment") }
        }
    }

    // MARK: The schedule

    @Test("recruitment.35: an update that was missed while the bot was down is posted once, if the bot is back in time")
    func missed() async throws {
        let (scenery, clock) = Scenery.clocked(at: Self.time(9, 50))
        try await Stage.play(on: scenery) { stage in
            let recruiter = stage.person(351)
            let update = try await stage.sees(recruiter, in: SampleGuild.recruiterReports) {
                $0.content.hasPrefix("# Update 2026-11-25\n")
            }
            #expect(update.footer.hasPrefix("last updated 2026-11-25 09:50 UTC"))
            try await stage.sees(recruiter, in: SampleGuild.recruiterReports) {
                $0.titles == ["Currently Open Tickets"]
            }
            let line = try await Self.line(stage, " • reason=-")
            #expect(line.content.contains(" — actor=scheduled • user=- • guild=Woad Cluster • dest=#"))
            _ = try await Self.line(stage, " • reason=note=open-tickets")
            _ = await stage.log.first { $0.message.hasPrefix("[cron] result job=daily_recruiter_update ok=true") }
            // Neither a restart nor one that lost its disk posts it again.
            for fate in ["kept", "lost"] {
                await clock.advance(by: .seconds(600))
                await stage.stopBot()
                let empty = "\(stage.folder.state)-\(fate)"
                mkdir(empty, 0o700)
                try await stage.startBot(fate == "lost" ? ["STATE_DIR": empty] : [:])
                _ = try await stage.startupSummary()
                try await stage.settles(stage.person(341), in: SampleGuild.botLog)
            }
            #expect(await Self.updates(stage).count == 1)
            #expect(try stage.text("recruitment/Config").contains("DAILY_RECRUITER_UPDATE,2026-11-25T09:5"))
            // And the next day at its time.
            await clock.advance(to: Self.time(24 + 9, 31))
            try await stage.sees(recruiter, in: SampleGuild.recruiterReports) {
                $0.content.hasPrefix("# Update 2026-11-26\n")
            }
        }
    }

    @Test("recruitment.35: an update that was missed by more than six hours is left out")
    func missedForLong() async throws {
        let (scenery, _) = Scenery.clocked(at: Self.time(16, 0))
        try await Stage.play(on: scenery) { stage in
            let admin = stage.person(341)
            _ = try await stage.startupSummary()
            try await admin.says("!next recruitment", in: SampleGuild.botLog)
            let next = try await stage.sees(admin, in: SampleGuild.botLog) {
                $0.content.hasPrefix("🧭 Scheduled jobs — recruitment")
            }
            #expect(
                next.content.contains(
                    "• daily_recruiter_update — next: 2026-11-26 09:30 UTC (daily 09:30 UTC)"), "\(next.content)")
            #expect(await Self.updates(stage).isEmpty)
        }
    }

    @Test("an update of the day that stands among the latest messages is not posted a second time by the schedule")
    func postedByAnother() async throws {
        let (scenery, clock) = Scenery.clocked(at: Self.time(9, 0))
        try await Stage.play(on: scenery) { stage in
            let admin = stage.person(341)
            _ = try await stage.startupSummary()
            try await admin.says("!report recruiters", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.recruiterReports)
            await clock.advance(to: Self.time(9, 31))
            _ = try await Self.line(stage, " • reason=already-posted")
            // What comes after it is not left out.
            try await stage.sees(admin, in: SampleGuild.recruiterReports) { $0.titles == ["Currently Open Tickets"] }
            #expect(await Self.updates(stage).count == 1)
            // The command asks nobody.
            let first = await Self.updates(stage).last
            try await admin.says("!report recruiters", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.recruiterReports, after: first) {
                $0.content.hasPrefix("# Update 2026-11-25\n")
            }
        }
    }

    @Test("a report time that a reload changes is in force at once, and the change is told")
    func changedTime() async throws {
        let (scenery, clock) = Scenery.clocked(at: Self.time(10, 0))
        try await Stage.play(on: scenery, prepare: { try Self.mark("2026-11-25T09:30:04Z", $0) }) { stage in
            let (admin, recruiter) = (stage.person(341), stage.person(351))
            _ = try await stage.startupSummary()
            try stage.add("REPORT_DAILY_POST_TIME,11:15\r\n", to: "recruitment/Config")
            try await admin.says("!ops reload", in: SampleGuild.botLog)
            _ = await stage.log.first {
                $0.message == "[cron] rescheduled job: daily_recruiter_update interval=11:15Z was=09:30Z"
            }
            await clock.advance(to: Self.time(11, 14))
            #expect(await Self.updates(stage).isEmpty)
            await clock.advance(to: Self.time(11, 16))
            let update = try await stage.sees(recruiter, in: SampleGuild.recruiterReports) {
                $0.content.hasPrefix("# Update 2026-11-25\n")
            }
            #expect(update.footer.hasPrefix("last updated 2026-11-25 11:15 UTC"))
            try await admin.says("!next recruitment", in: SampleGuild.botLog)
            let next = try await stage.sees(admin, in: SampleGuild.botLog) {
                $0.content.hasPrefix("🧭 Scheduled jobs — recruitment")
            }
            #expect(next.content.contains("next: 2026-11-26 11:15 UTC (daily 11:15 UTC)"), "\(next.content)")
        }
    }

    // MARK: Failures

    @Test("without a destination operators are warned, and the command names the setting")
    func noDestination() async throws {
        try await Stage.play(["REPORT_RECRUITERS_DEST_ID": " none "]) { stage in
            let admin = stage.person(341)
            _ = try await stage.startupSummary()
            #expect(stage.log.messages.count { $0 == "[report] disabled • reason=dest-missing" } == 1)
            #expect(stage.log.messages.contains("invalid REPORT_RECRUITERS_DEST_ID='none'"))
            let call = try await admin.says("!report recruiters", in: SampleGuild.hearth)
            let reply = try await stage.sees(admin, in: SampleGuild.hearth, after: call)
            #expect(reply.content.contains("not configured") && reply.content.contains("`REPORT_RECRUITERS_DEST_ID`"))
            let line = try await Self.line(stage, " • reason=dest-missing")
            #expect(line.content.contains(" • guild=Woad Cluster • dest=#unknown • "))
            try await admin.says("!report recruiters all", in: SampleGuild.hearth)
            let all = try await stage.sees(admin, in: SampleGuild.hearth) { $0.content.contains("\n") }
            #expect(
                all.content == "Recruiter report: fail (dest-missing)\nOpen tickets: fail (dest-missing)")
        }
    }

    @Test("a destination that a reload brings starts the schedule, and one that it takes away ends it")
    func destinationByReload() async throws {
        try await Stage.play(["REPORT_RECRUITERS_DEST_ID": ""]) { stage in
            let (admin, tab) = (stage.person(341), "recruitment/Config")
            let row = "REPORT_RECRUITERS_DEST_ID,\(SampleGuild.recruiterReports)\r\n"
            _ = try await stage.startupSummary()
            try await admin.says("!next recruitment", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog) { !$0.content.contains("daily_recruiter_update") }
            try stage.add(row, to: tab)
            try await admin.says("!ops reload", in: SampleGuild.botLog)
            _ = await stage.log.first {
                $0.message == "[cron] registered job: daily_recruiter_update interval=09:30Z"
            }
            try await admin.says("!next recruitment", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog) {
                $0.content.contains("• daily_recruiter_update — next: 20") && $0.content.contains("(daily 09:30 UTC)")
            }
            try await admin.says("!report recruiters", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.recruiterReports) { $0.content.hasPrefix("# Update 20") }
            try stage.edit(tab, row, to: "")
            try await admin.says("!ops reload", in: SampleGuild.botLog)
            _ = await stage.log.first { $0.message == "[cron] unscheduled job: daily_recruiter_update" }
            #expect(stage.log.messages.count { $0 == "[report] disabled • reason=dest-missing" } == 2)
        }
    }

    @Test("figures that cannot be read lead to a short note that pings nobody, and to a page that stays")
    func unreadable() async throws {
        try await Stage.play { stage in
            let (admin, recruiter) = (stage.person(341), stage.person(351))
            try await admin.says("!report recruiters", in: SampleGuild.botLog)
            let update = try await stage.sees(recruiter, in: SampleGuild.recruiterReports)
            await stage.stopBot()
            try stage.remove("recruitment/Statistics")
            try await stage.startBot()
            try await recruiter.clicks(label: "Bracket Details", on: update)
            try await stage.sees(recruiter, in: SampleGuild.recruiterReports) {
                $0.isEphemeral && $0.content.contains("cannot read the figures")
            }
            let call = try await admin.says("!report recruiters", in: SampleGuild.hearth)
            let reply = try await stage.sees(admin, in: SampleGuild.hearth, after: call)
            #expect(reply.content == "The recruiter report could not be posted. Please check the log channel.")
            let note = try await stage.sees(recruiter, in: SampleGuild.recruiterReports, after: update) {
                $0.content.hasPrefix("⚠️ There is no recruiter update for ")
            }
            #expect(!(await recruiter.wasNotified(by: note)))
            let line = try await stage.sees(admin, in: SampleGuild.botLog) {
                $0.content.contains(" • reason=WorkbookError: ")
            }
            #expect(line.content.hasPrefix("❌ **Report: recruiters** — actor=manual"))
            let unchanged = await stage.botMessages(recruiter, in: SampleGuild.recruiterReports).first
            #expect(unchanged?.titles == ["Summary Open Spots"])
        }
    }

    @Test("a destination that cannot be had is a reason in the log, and the next step is tried all the same")
    func noAccess() async throws {
        try await Stage.play(["REPORT_RECRUITERS_DEST_ID": "900000000000000999"]) { stage in
            let admin = stage.person(341)
            try await admin.says("!report recruiters all", in: SampleGuild.botLog)
            let reply = try await stage.sees(admin, in: SampleGuild.botLog) {
                $0.content.contains("\n") && $0.reference != nil
            }
            #expect(
                reply.content == """
                    Recruiter report: fail (NotFound: Unknown Channel (404/10003))
                    Open tickets: fail (dest:NotFound)
                    """)
            _ = try await Self.line(stage, " • reason=dest:NotFound; note=open-tickets")
        }
        try await Stage.play(["REPORT_RECRUITERS_DEST_ID": "\(SampleGuild.id(242))"]) { stage in
            let admin = stage.person(341)
            try await admin.says("!report recruiters all", in: SampleGuild.botLog)
            let reply = try await stage.sees(admin, in: SampleGuild.botLog) {
                $0.content.contains("\n") && $0.reference != nil
            }
            #expect(reply.content == "Recruiter report: fail (dest-not-found)\nOpen tickets: fail (dest-invalid)")
        }
    }

    @Test("anything but the two known forms gets the usage", arguments: ["", " everything", " recruiters now", " all"])
    func usage(words: String) async throws {
        try await Stage.play { stage in
            let admin = stage.person(341)
            let call = try await admin.says("!report\(words)", in: SampleGuild.hearth)
            let reply = try await stage.sees(admin, in: SampleGuild.hearth, after: call)
            #expect(reply.content == "Usage: !report recruiters [all]")
            #expect(await Self.updates(stage).isEmpty)
        }
    }

    // MARK: Open tickets

    @Test("behind a slash the command posts the same, and who asked is told in private how it went")
    func slash() async throws {
        try await Stage.play { stage in
            let admin = stage.person(341)
            try await stage.registers()
            let reply = try await stage.answer(
                admin,
                to: admin.runs(
                    "report", ["report": .string("recruiters"), "extent": .string("all")], in: SampleGuild.hearth))
            #expect(reply.isEphemeral)
            #expect(reply.content == "Recruiter report: ok\nOpen tickets: ok")
            #expect(await Self.updates(stage).count == 1)
            _ = try await Self.line(stage, " • reason=note=open-tickets")
        }
    }

    @Test("recruitment.36: without an open ticket both lists say that there is none")
    func noTickets() async throws {
        try await Stage.play { stage in
            let admin = stage.person(341)
            for number in Array(401...407) + [413, 414, 452, 453, 454] {
                try await admin.archives(SampleGuild.id(number))
            }
            try await admin.says("!report Recruiters ALL", in: SampleGuild.hearth)
            let reply = try await stage.sees(admin, in: SampleGuild.hearth) { $0.content.contains("\n") }
            #expect(reply.content == "Recruiter report: ok\nOpen tickets: ok")
            let report = try await stage.sees(admin, in: SampleGuild.recruiterReports) {
                $0.titles == ["Currently Open Tickets"]
            }
            #expect(report.field("Welcome") == "🔹 None right now ✨")
            #expect(report.field("Move Requests") == "🔹 None right now ✨")
            #expect(report.footer.hasPrefix("Last updated 20") && report.footer.hasSuffix(" UTC •"))
            _ = try await Self.line(stage, " • reason=note=open-tickets")
        }
    }

    @Test("open tickets are listed by age with links that no name can break")
    func tickets() async throws {
        try await Stage.play { stage in
            let (admin, ticketBot) = (stage.person(341), stage.simulator.person(SampleGuild.ticketBot))
            let odd = try await ticketBot.opensThread(named: "w0700 [new]_one", in: SampleGuild.welcomeTickets)
            try await ticketBot.opensThread(named: "closed-W0701-gone-NONE", in: SampleGuild.welcomeTickets)
            try await ticketBot.opensThread(named: "gossip", in: SampleGuild.welcomeTickets)
            try await admin.says("!report recruiters all", in: SampleGuild.hearth)
            let report = try await stage.sees(admin, in: SampleGuild.recruiterReports) {
                $0.titles == ["Currently Open Tickets"]
            }
            let guild = "https://discord.com/channels/\(SampleGuild.guild)"
            // More lines than a field takes.
            let welcome = report.lines("Welcome") + report.lines("\u{200B}")
            #expect(welcome.count == 10)
            #expect(welcome.first?.hasPrefix("🔹 [W0601-aldermoor](\(guild)/\(SampleGuild.id(401))) 20") == true)
            #expect(welcome.last?.hasPrefix("🔹 [w0700 \\[new\\]_one](\(guild)/\(odd.id)) 20") == true)
            let moves = report.lines("Move Requests")
            #expect(moves.map { $0.prefix { $0 != "]" } } == ["🔹 [M0102-tamsin", "🔹 [L0103-rurik", "🔹 [M0104-ulvar"])
        }
    }
}

extension SimulatedMessage {
    /// The lines of a field of its first embed.
    fileprivate func lines(_ name: String) -> [Substring] { field(name)?.split(separator: "\n") ?? [] }
}
