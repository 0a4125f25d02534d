import JSON
import Service
import SheetsSimulator
import Testing

@testable import DiscordSimulator
@testable import woadkeeper

@Suite("Recruitment: the recruiters' panel")
struct RecruiterPanelScenarios {
    @Test("recruitment.1: a recruiter gets a panel in the channel, with open spots, and no results yet")
    func opens() async throws {
        try await Stage.play { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch")
            #expect(panel.titles == ["Find a C1C Clan for your recruit"])
            #expect(panel.field("Active filters") == "Roster: Open only")
            #expect(panel.button("rp_roster")?.label == "Open Spots Only")
            #expect(panel.footer == "Only the summoner can use this panel.")
            try await play.settles()
            #expect(await play.panels().count == 1)
            #expect(await play.lists().isEmpty)
            _ = await stage.log.first {
                $0.message == "[clanmatch] sending panel: channel_id=\(SampleGuild.recruiters) redirected=False"
            }
        }
    }

    private static let fixed = [
        "PANEL_THREAD_MODE": "fixed", "PANEL_FIXED_THREAD_ID": "\(SampleGuild.panelThread)",
    ]

    @Test("recruitment.2: in fixed mode an archived thread is opened, holds the panel, and the author is shown the way")
    func fixedThread() async throws {
        try await Stage.play(Self.fixed) { stage in
            let play = PanelPlay.recruiter(stage)
            try await stage.person(341).archives(SampleGuild.panelThread)
            let panel = try await play.opens("!clanmatch", in: SampleGuild.panelThread)
            let pointer = try await stage.sees(play.person, in: play.channel) { $0.content.contains("Your panel is") }
            #expect(pointer.content.contains("<#\(SampleGuild.panelThread)>"))
            #expect(pointer.content.hasSuffix("/\(panel.id)"))
            #expect(pointer.mentionedUsers == [play.person.id])
            #expect(pointer.flags.contains(.suppressEmbeds))
            #expect(await play.person.wasNotified(by: pointer))
            #expect(await play.panels().isEmpty)
            let thread = await play.person.seesChannels().first { $0.id == SampleGuild.panelThread }
            #expect(thread?.thread?.isArchived == false)
            let (guild, id) = (SampleGuild.guild, SampleGuild.panelThread)
            for line in [
                "target resolve ok: guild=\(guild) thread_id=\(id) type=Thread",
                "sending panel: channel_id=\(id) redirected=True",
            ] {
                #expect(stage.log.messages.contains("[clanmatch] \(line)"), "\(line)")
            }
        }
    }

    @Test("recruitment.3: in fixed mode without its thread the author is told, and the log says which")
    func missingThread() async throws {
        try await Stage.play(Self.fixed) { stage in
            let play = PanelPlay.recruiter(stage)
            try await stage.person(341).deletes(channel: SampleGuild.panelThread)
            let call = try await play.person.says("!clanmatch", in: play.channel)
            let answer = try await stage.sees(play.person, in: play.channel, after: call)
            #expect(answer.content.contains("could not be opened"))
            #expect(answer.content.contains("contact an admin"))
            let line = await stage.log.first {
                $0.message == "[clanmatch] thread not found: \(SampleGuild.panelThread)"
            }
            #expect(line?.level == .error)
            #expect(await play.panels().isEmpty)
        }
    }

    @Test("recruitment.4: who is neither recruiter nor admin gets a refusal and no panel")
    func refusal() async throws {
        try await Stage.play { stage in
            let play = PanelPlay.member(stage)
            let call = try await play.person.says("!clanmatch", in: play.channel)
            let answer = try await stage.sees(play.person, in: play.channel, after: call)
            #expect(answer.content.contains("Recruitment Scouts/Coordinators or Admins"))
            #expect(!(await play.person.wasNotified(by: answer)))
            try await play.settles()
            #expect(await play.panels().isEmpty)
        }
    }

    @Test("recruitment.5: a second call shows the panel that is there, with its filters, and opens no other")
    func reopens() async throws {
        let (scenery, clock) = Scenery.clocked()
        try await Stage.play(on: scenery) { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch")
            try await play.sets("UNM", in: "rp_cb", on: panel)
            await clock.advance(by: .seconds(3))
            let call = try await play.person.says("!clanmatch", in: play.channel)
            let link = try await stage.sees(play.person, in: play.channel, after: call)
            #expect(link.content.contains("/\(play.channel)/\(panel.id)"))
            let panels = await play.panels()
            #expect(panels.map(\.id) == [panel.id])
            #expect(panels.first?.chosen("rp_cb") == "UNM")
        }
    }

    @Test("recruitment.6: somebody else who presses a control sees one warning, and nothing changes")
    func strangers() async throws {
        try await Stage.play { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch")
            let before = stage.editCount
            for stranger in [PanelPlay.recruiter(stage, 352), .recruiter(stage, 342)] {
                try await stranger.person.clicks(customID: "rp_roster:\(play.person.id)", on: panel)
                let warning = try await stage.sees(stranger.person, in: play.channel) { $0.isEphemeral }
                #expect(warning.content.contains("not your panel"))
                #expect(warning.content.contains("`!clanmatch`"))
                try await stranger.settles()
                #expect(await stranger.whispers().count == 1)
            }
            #expect(stage.editCount == before)
            #expect(await play.panels().first?.button("rp_roster")?.label == "Open Spots Only")
        }
    }

    @Test("recruitment.7: the roster button runs through its four states")
    func rosterCycle() async throws {
        try await Stage.play { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch")
            let states: [(String, Int)] = [
                ("Inactives Only", 4), ("Full Only", 1), ("Any Roster", 2), ("Open Spots Only", 3),
            ]
            for (label, style) in states {
                try await play.presses("rp_roster", on: panel)
                let shown = try await stage.sees(play.person, panel) { $0.button("rp_roster")?.label == label }
                #expect(shown.button("rp_roster")?.style == style)
            }
        }
    }

    @Test("recruitment.8: of 37 hits 25 are shown on three pages, with a note")
    func softCap() async throws {
        try await Stage.play(prepare: { try $0.add(Stage.clans(15), to: "recruitment/bot_info") }) { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch")
            let list = try await play.searches("rp_search", on: panel)
            #expect(list.tags.count == 10)
            #expect(list.footer == "Filters used: Roster: Open only • 10/25 • Page 1/3")
            #expect(list.button("rp_results_prev")?.isDisabled == true)
            #expect(list.button("rp_results_next")?.isDisabled == false)
            let status = try await stage.sees(play.person, panel) { $0.text.contains("Found 37 matching clans.") }
            #expect(status.text.contains("Showing 10 per page."))
            #expect(status.text.contains("Soft cap active: showing 25 of 37 clans."))
            #expect(status.field("Results note") == "Soft cap active: showing 25 of 37 clans.")
            try await play.presses("rp_results_next", on: list)
            let middle = try await stage.sees(play.person, list) { $0.footer.hasSuffix("• 10/25 • Page 2/3") }
            #expect(middle.button("rp_results_prev")?.isDisabled == false)
            try await play.presses("rp_results_next", on: list)
            let last = try await stage.sees(play.person, list) { $0.footer.hasSuffix("• 5/25 • Page 3/3") }
            #expect(last.button("rp_results_next")?.isDisabled == true)
            #expect(Set(list.tags + middle.tags + last.tags).count == 25)
        }
    }

    @Test("recruitment.9: a filter changed after a search leaves the old results, on page 1, and marks them stale")
    func stale() async throws {
        try await Stage.play { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch")
            let list = try await play.searches("rp_search", on: panel)
            try await play.presses("rp_results_next", on: list)
            try await stage.sees(play.person, list) { $0.footer.contains("Page 2/3") }
            let changed = try await play.sets("UNM", in: "rp_cb", on: panel)
            #expect(changed.text.contains("⚠️ The list below reflects your last search"))
            #expect(changed.text.contains("press **Search Clans**") || changed.text.contains("Press **Search Clans**"))
            let old = try await stage.sees(play.person, list) { $0.footer.contains("Page 1/3") }
            #expect(old.footer.hasPrefix("Filters used: Roster: Open only •"))
            #expect(old.tags == list.tags)
        }
    }

    @Test("recruitment.10: reset deletes the results and sets the filters back")
    func reset() async throws {
        try await Stage.play { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch")
            try await play.sets("UNM", in: "rp_cb", on: panel)
            let list = try await play.searches("rp_search", on: panel)
            try await play.presses("rp_reset", on: panel)
            let fresh = try await stage.sees(play.person, panel) { $0.text.contains("Filters were reset.") }
            #expect(fresh.field("Active filters") == "Roster: Open only")
            #expect(fresh.chosen("rp_cb") == nil)
            #expect(await play.lists().isEmpty)
            #expect(!fresh.text.contains("⚠️"))
            _ = list
        }
    }

    @Test("recruitment.11: without any filter nothing is read, and the panel asks for one")
    func noFilter() async throws {
        try await Stage.playOnGoogle { stage, sheets in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch")
            for label in ["Inactives Only", "Full Only", "Any Roster"] {
                try await play.presses("rp_roster", on: panel)
                try await stage.sees(play.person, panel) { $0.button("rp_roster")?.label == label }
            }
            let before = sheets.requests.matching("values.batchGet").count
            try await play.presses("rp_search", on: panel)
            try await stage.sees(play.person, panel) { $0.text.contains("Pick at least one filter") }
            try await play.settles()
            #expect(sheets.requests.matching("values.batchGet").count == before)
            #expect(await play.lists().isEmpty)
        }
    }

    @Test("recruitment.12: results that find nothing become one embed without a pager")
    func noHits() async throws {
        try await Stage.play { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch")
            let list = try await play.searches("rp_search", on: panel)
            try await play.sets("Easy", in: "rp_cb", on: panel)
            try await play.sets("Brutal", in: "rp_hydra", on: panel)
            try await play.presses("rp_search", on: panel)
            let empty = try await stage.sees(play.person, list) { $0.titles == ["No matching clans found"] }
            #expect(empty.buttons.isEmpty)
            try await stage.sees(play.person, panel) { $0.text.contains("No clans match") }
        }
    }

    @Test("recruitment.13: with the roster out of reach the old results stay, stale, and the panel says why")
    func unreachable() async throws {
        try await Stage.play(on: .folder) { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch")
            let list = try await play.searches("rp_search", on: panel)
            try await play.settles()
            await stage.stopBot()
            try stage.spoil("recruitment/bot_info")
            try await stage.startBot()
            try await play.presses("rp_search", on: panel)
            let told = try await stage.sees(play.person, panel, within: .seconds(20)) {
                $0.text.contains("⚠️ The clan roster could not be loaded.")
            }
            #expect(told.text.contains("reflects your last search"))
            #expect(await play.lists().map(\.embeds) == [list.embeds])
            #expect(stage.log.records.contains { $0.message == "failed to fetch clan records" && $0.level == .error })
        }
    }

    @Test("recruitment.14: results that a moderator deleted are posted anew by a search and by the pager")
    func deletedResults() async throws {
        try await Stage.play { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch")
            let first = try await play.searches("rp_search", on: panel)
            try await play.settles()
            try await stage.person(341).deletes(first)
            let second = try await play.searches("rp_search", on: panel)
            #expect(second.id != first.id)
            try await play.settles()
            // Deleted between the press and the answer.
            stage.simulator.faults.fail(
                "PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", with: .refused(.unknownMessage))
            try await play.presses("rp_results_next", on: second)
            let third = try await stage.sees(play.person, in: play.channel, after: second) { $0.isList }
            #expect(third.footer.contains("Page 2/3"))
            try await play.presses("rp_results_prev", on: third)
            try await stage.sees(play.person, third) { $0.footer.contains("Page 1/3") }
        }
    }

    @Test("recruitment.15: after 1800 seconds without use the panel has expired, and the command opens a new one")
    func expiry() async throws {
        let (scenery, clock) = Scenery.clocked()
        try await Stage.play(on: scenery) { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch")
            await clock.advance(by: .seconds(1000))
            let list = try await play.searches("rp_search", on: panel)
            try await play.settles()
            await clock.advance(by: .seconds(1700))
            #expect(await play.panels().first?.button("rp_search")?.isDisabled == false)
            await clock.advance(by: .seconds(101))
            let expired = try await stage.sees(play.person, panel) { $0.titles == ["Find a C1C Clan"] }
            #expect(expired.text.contains("expired"))
            #expect(expired.text.contains("`!clanmatch`"))
            #expect(expired.buttons.allSatisfy { $0.isDisabled } && expired.selects.allSatisfy { $0.isDisabled })
            let dead = try await stage.sees(play.person, list) { $0.buttons.allSatisfy(\.isDisabled) }
            #expect(dead.buttons.count == 2)
            let next = try await play.opens("!clanmatch")
            #expect(next.id != panel.id)
            // The new panel's search shows the old message again.
            try await play.presses("rp_search", on: next)
            try await stage.sees(play.person, list) { $0.button("rp_results_next")?.isDisabled == false }
            #expect(await play.lists().count == 1)
        }
    }

    @Test("recruitment.17: with roster inactives a clan with none is left out, and one with three is shown")
    func inactives() async throws {
        try await Stage.play { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch")
            try await play.presses("rp_roster", on: panel)
            try await stage.sees(play.person, panel) { $0.button("rp_roster")?.label == "Inactives Only" }
            let list = try await play.searches("rp_search", on: panel)
            #expect(list.tags.contains("WKKN"))
            #expect(!list.tags.contains("WKCT"))
            #expect(list.titles.contains { $0.contains("`WKKN`") && $0.contains("| Inactives: 3 |") })
        }
    }

    @Test("recruitment.18: a cell that lists Hard and Brutal answers to Hard and not to Normal")
    func difficulties() async throws {
        let row = Stage.clans(1, cells: [15: "HRD, BTL"])
        try await Stage.play(prepare: { try $0.add(row, to: "recruitment/bot_info") }) { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch")
            try await play.sets("Hard", in: "rp_cb", on: panel)
            let hard = try await play.searches("rp_search", on: panel)
            #expect(hard.tags.contains("XT1"))
            try await play.sets("Normal", in: "rp_cb", on: panel)
            try await play.presses("rp_search", on: panel)
            let normal = try await stage.sees(play.person, hard) { $0.footer.contains("CB: Normal") }
            #expect(!normal.tags.isEmpty)
            #expect(!normal.tags.contains("XT1"))
        }
    }

    @Test("recruitment.19: a blank flag answers neither yes nor no")
    func blankFlag() async throws {
        let row = Stage.clans(1, cells: [15: "ESY"])
        try await Stage.play(prepare: { try $0.add(row, to: "recruitment/bot_info") }) { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch")
            try await play.sets("Easy", in: "rp_cb", on: panel)
            let any = try await play.searches("rp_search", on: panel)
            #expect(any.tags.contains("XT1"))
            for label in ["CvC: Yes", "CvC: No"] {
                try await play.presses("rp_cvc", on: panel)
                try await stage.sees(play.person, panel) { $0.button("rp_cvc")?.label == label }
            }
            try await play.presses("rp_search", on: panel)
            let no = try await stage.sees(play.person, any) { $0.footer.contains("CvC: No") }
            #expect(no.tags == ["WKXP", "WKYR", "WKZN"])
        }
    }

    @Test("recruitment.20: of a list of styles each one counts")
    func playstyles() async throws {
        let row = Stage.clans(1, cells: [15: "ESY", 20: "Semi-Competitive / Casual"])
        try await Stage.play(prepare: { try $0.add(row, to: "recruitment/bot_info") }) { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch")
            try await play.sets("Easy", in: "rp_cb", on: panel)
            try await play.sets("Semi Competitive", in: "rp_style", on: panel)
            let list = try await play.searches("rp_search", on: panel)
            #expect(list.tags == ["XT1"])
        }
    }
}
