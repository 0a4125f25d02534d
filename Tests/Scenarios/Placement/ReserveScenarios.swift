import Bot
import DiscordSimulator
import Service
import SheetsSimulator
import Testing

@testable import woadkeeper

@Suite("Placement: holding a seat")
struct ReserveScenarios {
    @Test("placement.1: a hold is a row of nine texts, new numbers of the clan, and a thread named for it")
    func holds() async throws {
        try await ReservePlay.play { play in
            let end = try await play.reserves("WKLM")
            #expect(end.content.contains("`WKLM` for <@\(SampleGuild.id(301))> until `2026-03-20`"))
            #expect(end.content.contains("Holds of this clan now: **2** • effective open spots: **3**"))
            #expect(end.mentionedUsers.isEmpty)
            let row = try #require(try play.ledger().last)
            #expect(
                row == [
                    "\(SampleGuild.id(401))", "\(SampleGuild.id(301))", "\(SampleGuild.id(351))", "WKLM", "2026-03-20",
                    "2026-03-16T08:00:00+00:00", "active", "", "Aldermoor",
                ])
            #expect(try play.stage.seats("WKLM") == ["3", "2", "2 -> Eskil the Grey, Aldermoor"])
            try await play.isNamed("Res-W0601-aldermoor-WKLM")
            let renamed = "ticket=W0601 • user=aldermoor • tag=WKLM • result=renamed_to_res"
            for line in ["✅ welcome_reserve_rename — \(renamed)", "[reserve] reservation created"] {
                #expect(await play.stage.log.first { $0.message == line } != nil, "\(line)")
            }
            #expect(await play.messages().allSatisfy { !$0.content.contains("Who is the seat") }, "the prompt is gone")
        }
    }

    @Test("placement.2: who names the recruit at once is asked for the date, and told for whom")
    func inline() async throws {
        try await ReservePlay.play { play in
            let prompt = try await play.says("!reserve WKLM <@\(SampleGuild.id(301))>", sees: "Until which date?")
            #expect(prompt.content.contains("Reserving a seat in `WKLM` for <@\(SampleGuild.id(301))>."))
            #expect(prompt.mentionedUsers.isEmpty)
            #expect(await play.messages().allSatisfy { !$0.content.contains("Who is the seat") })
        }
    }

    @Test("placement.3: a reference that is none is refused, and nobody is asked")
    func nonsense() async throws {
        try await ReservePlay.play { play in
            try await play.says("!reserve WKLM nonsense", sees: "did not understand that recruit reference")
            let before = await play.messages().count
            try await play.person.says("<@\(SampleGuild.id(301))>", in: play.thread)
            try await play.stage.settles(play.person, in: play.thread)
            #expect(await play.messages().count == before)
        }
    }

    @Test("placement.4: without a free seat a reason is demanded, kept and shown; what calls a command is none")
    func reason() async throws {
        try await ReservePlay.play { play in
            try await play.says("!reserve WKAS <@\(SampleGuild.id(301))>", sees: "Until which date?")
            let demand = try await play.says("2026-03-20", sees: "write a short reason")
            #expect(demand.content.contains("**0** effective open spots"))
            for text in ["!nosuch command", "<@\(SampleGuild.bot)> hello"] {
                try await play.person.says(text, in: play.thread)
            }
            try await play.stage.settles(play.person, in: play.thread)
            let confirm = try await play.says("lead frees a seat on Friday", sees: "Reserve 1 spot in")
            #expect(confirm.content.contains("Reason: lead frees a seat on Friday"))
            try await play.says("yes", sees: "Reserved 1 spot")
            #expect(try play.ledger().last?[7] == "lead frees a seat on Friday")
            #expect(try play.stage.seats("WKAS") == ["0", "1", "1 -> Aldermoor"])
        }
    }

    @Test("placement.5: to change the date asks for nothing else, and the reason stays")
    func change() async throws {
        try await ReservePlay.play { play in
            try await play.says("!reserve WKAS <@\(SampleGuild.id(301))>", sees: "Until which date?")
            try await play.says("2026-03-20", sees: "write a short reason")
            try await play.says("a friend", sees: "until `2026-03-20`?")
            try await play.says("change", sees: "Type `user` or `date`")
            try await play.says("date", sees: "Until which date?")
            let again = try await play.says("2026-03-22", sees: "until `2026-03-22`?")
            #expect(again.content.contains("Reason: a friend"))
            try await play.says("y", sees: "Reserved 1 spot")
            #expect(try play.ledger().last?[4] == "2026-03-22")
            #expect(try play.ledger().last?[7] == "a friend")
        }
    }

    @Test("placement.6: at every question cancel and silence end it, say so, and write nothing")
    func endings() async throws {
        let (scenery, clock) = Scenery.clocked(at: Scenery.sampleMorning)
        try await ReservePlay.play(on: scenery) { play in
            let before = try play.ledger()
            let steps = ["<@\(SampleGuild.id(301))>": "Until which date?", "2026-03-20": "Reserve 1 spot in"]
            for count in 0...2 {
                for isCancelled in [true, false] {
                    try await play.says("!reserve WKLM", sees: "Who is the seat in")
                    for answer in ["<@\(SampleGuild.id(301))>", "2026-03-20"].prefix(count) {
                        try await play.says(answer, sees: steps[answer] ?? "")
                    }
                    if isCancelled {
                        let end = try await play.says("Cancel", sees: "The reservation was cancelled")
                        try await play.person.deletes(end, asking: play.stage)
                    } else {
                        await clock.advance(by: .seconds(301))
                        let end = try await play.stage.sees(play.person, in: play.thread) {
                            $0.content.contains("The reservation timed out")
                        }
                        #expect(end.content.contains("Run `!reserve` again"))
                        try await play.person.deletes(end, asking: play.stage)
                    }
                }
            }
            #expect(try play.ledger() == before)
            #expect(await play.threadName() == "W0601-aldermoor")
        }
    }

    @Test("placement.7: yesterday and a date written otherwise are asked for again")
    func dates() async throws {
        try await ReservePlay.play { play in
            try await play.says("!reserve WKLM <@\(SampleGuild.id(301))>", sees: "Until which date?")
            for text in ["2026-03-15", "31.12.2025"] {
                try await play.says(text, sees: "That is no date that I can use.")
                try await play.says("hm", sees: "That is no date that I can use.")
            }
            try await play.says("2026-03-16", sees: "until `2026-03-16`?")
        }
    }

    @Test("placement.8: a recruit who holds a seat gets no second one, and the reply says where the first is")
    func duplicate() async throws {
        try await ReservePlay.play { play in
            let before = try play.ledger()
            try await play.says("!reserve WKLM", sees: "Who is the seat in")
            let reply = try await play.says("<@\(SampleGuild.id(302))>", sees: "holds a seat already")
            for text in [
                "`WKBR`", "ticket W0602", "Res-W0602-brindlefox-WKBR", "<#\(SampleGuild.reservationsControl)>",
            ] {
                #expect(reply.content.replacing("\\", with: "").contains(text), "\(text): \(reply.content)")
            }
            #expect(try play.ledger() == before)
            #expect(
                play.stage.log.messages.contains(
                    "⚠️ reservation_create_blocked — thread=W0601-aldermoor • recruit=Brindlefox • clan=WKLM"
                        + " • result=duplicate"))
        }
    }

    @Test("placement.9: members are refused, and recruiters elsewhere are sent to the ticket")
    func refusals() async throws {
        try await ReservePlay.play { play in
            let member = play.stage.person(331)
            try await member.says("!reserve WKLM", in: SampleGuild.hearth)
            let refusal = try await play.stage.sees(member, in: SampleGuild.hearth)
            #expect(refusal.content.contains("Only Recruiters (or Admins)"))
            try await play.person.says("!reserve WKLM", in: SampleGuild.reservationsControl)
            let hint = try await play.stage.sees(play.person, in: SampleGuild.reservationsControl)
            #expect(hint.content.contains("ticket thread"))
        }
    }

    @Test("placement.10: with both switches off every command says that it is disabled")
    func disabled() async throws {
        try await ReservePlay.play(prepare: { stage in
            try stage.put("feature_name,enabled\r\nclan_profile,TRUE\r\n", "recruitment/FeatureToggles")
        }) { play in
            for command in try play.stage.reservationCommands {
                let question = try await play.person.says("!\(command) WKLM", in: play.thread)
                let answer = try await play.stage.sees(play.person, in: play.thread) {
                    $0.reference?.messageID == question.id
                }
                #expect(answer.content.contains("disabled"), "\(command)")
            }
        }
    }

    @Test("placement.11: with one of the two switches all works, and nobody is alerted for the other")
    func oneSwitch() async throws {
        try await ReservePlay.play(prepare: { stage in
            let text = try stage.text("recruitment/FeatureToggles")
            let rows = text.split(whereSeparator: \.isNewline).filter { !$0.lowercased().contains("_reservations,") }
            let kept = (rows + ["placement_reservations,TRUE"]).joined(separator: "\r\n")
            try stage.put("\(kept)\r\n", "recruitment/FeatureToggles")
        }) { play in
            _ = try await play.reserves("WKLM")
            let posts = await play.stage.botMessages(play.stage.person(341), in: SampleGuild.botLog)
            #expect(!posts.contains { $0.content.lowercased().contains("feature_reservations") })
        }
    }

    @Test("placement.12: an append that times out and arrived is one row, and told as a success")
    func ambiguous() async throws {
        var (scenery, _) = Scenery.clocked(at: Scenery.sampleMorning)
        scenery.usesGoogle = true
        try await ReservePlay.play(on: scenery) { play in
            let sheets = try #require(play.stage.sheets)
            try await play.says("!reserve WKLM <@\(SampleGuild.id(301))>", sees: "Until which date?")
            try await play.says("2026-03-20", sees: "Reserve 1 spot in")
            sheets.faults.fail("values.append", times: 1, with: .lostAfterApplying)
            try await play.says("yes", sees: "Reserved 1 spot")
            let rows = try play.ledger().filter { $0.first == "\(SampleGuild.id(401))" }
            #expect(rows.count == 1)
        }
    }

    @Test("placement.13: a second call in the same place is refused while the first one asks, and one row results")
    func twice() async throws {
        try await ReservePlay.play { play in
            try await play.person.says("!reserve WKLM", in: play.thread)
            try await play.says("!reserve WKLM", sees: "You are reserving a seat here already")
            try await play.says("<@\(SampleGuild.id(301))>", sees: "Until which date?")
            try await play.says("2026-03-20", sees: "Reserve 1 spot in")
            try await play.says("yes", sees: "Reserved 1 spot")
            try await play.person.says("yes", in: play.thread)
            try await play.stage.settles(play.person, in: play.thread)
            #expect(try play.ledger().count { $0.first == "\(SampleGuild.id(401))" } == 1)
        }
    }

    @Test("placement.39: a hold in a thread whose name is not understood stands, and admins are asked to mend the name")
    func unparsed() async throws {
        try await ReservePlay.play { play in
            try await play.stage.person(341).renames(play.thread, to: "W554-x")
            _ = try await play.reserves("WKLM")
            let admin = play.stage.person(341)
            let alert = try await play.stage.sees(admin, in: SampleGuild.botLog) {
                $0.content.contains("reason=thread_name_unparsed")
            }
            #expect(alert.content.contains("scope=welcome • ticket=unknown • tag=WKLM • thread=W554-x"))
            #expect(alert.mentionedRoles == [SampleGuild.id(101)])
            #expect(await play.threadName() == "W554-x")
            #expect(try play.ledger().last?[6] == "active")
        }
    }

    @Test("somebody who is not in the server is held a seat by id, once the recruiter says so again")
    func stranger() async throws {
        try await ReservePlay.play { play in
            let id = "955555555555555555"
            try await play.says("!reserve WKLM", sees: "Who is the seat in")
            let doubt = try await play.says(id, sees: "is not a member of this server")
            #expect(doubt.content.contains("<@\(id)>"))
            try await play.says("hm", sees: "is not a member of this server")
            try await play.says("yes", sees: "Until which date?")
            try await play.says("2026-03-20", sees: "Reserve 1 spot in")
            try await play.says("yes", sees: "Reserved 1 spot")
            let row = try #require(try play.ledger().last)
            #expect([row[1], row[8]] == [id, "<@\(id)>"])
        }
    }

    @Test("who is being asked when the program stops is told that nothing was saved")
    func stopped() async throws {
        try await ReservePlay.play { play in
            let before = try play.ledger()
            let prompt = try await play.says("!reserve WKLM <@\(SampleGuild.id(301))>", sees: "Until which date?")
            await play.stage.stopBot()
            let told = try await play.stage.sees(play.person, prompt) { $0.content.contains("was not saved") }
            #expect(told.content.contains("run `!reserve` again"))
            #expect(try play.ledger() == before)
        }
    }
}

extension ReservePlay {
    /// Waits until the thread has a name.
    func isNamed(_ name: String) async throws {
        try await stage.simulator.eventually(within: .seconds(10), "the thread is named \(name)") { state in
            let threads = [SampleGuild.welcomeTickets, SampleGuild.promoTickets].flatMap(state.threads)
            return threads.contains { $0.id == thread && $0.name == name } ? true : nil
        }
    }
}

extension Person {
    /// Has an admin delete a message, so that the next one like it is a new one.
    func deletes(_ message: SimulatedMessage, asking stage: Stage) async throws {
        try await stage.person(341).deletes(message)
    }
}

extension Stage {
    /// The names of all commands about reservations.
    var reservationCommands: [String] {
        get throws {
            try features.filter { $0.name == "placement" }.flatMap(\.commands).map(\.name)
        }
    }
}
