import JSON
import Service
import Testing

@testable import DiscordSimulator
@testable import woadkeeper

@Suite("Recruitment: the members' panel")
struct MemberPanelScenarios {
    @Test("recruitment.21: words behind the command are refused with the way to one clan, and no panel is posted")
    func refusesWords() async throws {
        try await Stage.play { stage in
            let play = PanelPlay.member(stage)
            let call = try await play.person.says("!clansearch foo", in: play.channel)
            let answer = try await stage.sees(play.person, in: play.channel, after: call)
            #expect(answer.content.hasPrefix("❌"))
            #expect(answer.content.contains("`!clan <tag>`"))
            try await play.settles()
            #expect(await play.panels().isEmpty)
        }
    }

    @Test("recruitment.22: a second search changes the list, its crests are the new ones only, and the member is told")
    func secondSearch() async throws {
        try await Stage.play { stage in
            let play = PanelPlay.member(stage)
            let panel = try await play.opens("!clansearch")
            #expect(panel.text.contains("<@\(play.person.id)>"))
            try await play.sets("UNM", in: "mf_cb", on: panel)
            let list = try await play.searches("mf_search", on: panel)
            #expect(list.tags == ["WKBR", "WKCT", "WKDV", "WKFH", "WKGK"])
            #expect(list.attachments.map(\.filename) == ["wkbr-badge.png", "wkfh-badge.png"])
            #expect(list.embeds[0]["thumbnail"]?["url"]?.string?.contains("wkbr-badge.png") == true)
            #expect(list.embeds[1]["thumbnail"] == nil)
            #expect(list.footer == "Filters used: CB: UNM • Roster: Open only • Page 1/2 • 7 total")
            try await play.sets("Hard", in: "mf_hydra", on: panel)
            try await play.presses("mf_search", on: panel)
            let second = try await stage.sees(play.person, list) { $0.footer.contains("Hydra: Hard") }
            #expect(second.attachments.map(\.filename) == ["wkfh-badge.png"])
            let told = try await stage.sees(play.person, in: play.channel) { $0.isEphemeral }
            #expect(told.content.hasPrefix("Results updated"))
            #expect(await play.lists().map(\.id) == [list.id])
        }
    }

    @Test("recruitment.23: where the list was deleted a new one is posted, and found again")
    func deletedList() async throws {
        try await Stage.play { stage in
            let play = PanelPlay.member(stage)
            let panel = try await play.opens("!clansearch")
            let first = try await play.searches("mf_search", on: panel)
            try await play.settles()
            try await stage.person(341).deletes(first)
            let second = try await play.searches("mf_search", on: panel)
            #expect(second.id != first.id)
            #expect(!second.isEphemeral)
            try await play.sets("UNM", in: "mf_cb", on: panel)
            try await play.presses("mf_search", on: panel)
            try await stage.sees(play.person, second) { $0.footer.contains("CB: UNM") }
            #expect(await play.lists().map(\.id) == [second.id])
        }
    }

    @Test("recruitment.24: where nothing fits the buttons for modes and pages are off, and the list can be closed")
    func noHits() async throws {
        try await Stage.play { stage in
            let play = PanelPlay.member(stage)
            let panel = try await play.opens("!clansearch")
            try await play.sets("Easy", in: "mf_cb", on: panel)
            try await play.sets("Brutal", in: "mf_hydra", on: panel)
            let list = try await play.searches("mf_search", on: panel)
            #expect(list.titles == ["No matching clans found."])
            for name in ["ms_lite", "ms_entry", "ms_profile", "ms_prev", "ms_next"] {
                #expect(list.button(name)?.isDisabled == true, "\(name)")
            }
            #expect(list.button("ms_close")?.isDisabled == false)
            try await play.presses("ms_close", on: list)
            _ = try await stage.simulator.eventually("the list to be gone") { state in
                state.message(list.id, in: list.channelID) == nil ? true : nil
            }
        }
    }

    @Test("recruitment.25: entry criteria show a clan's notes")
    func notes() async throws {
        let long = String(repeating: "word ", count: 400)
        let row = Stage.clans(1, cells: [15: "UNM", 16: "ESY", 30: long])
        try await Stage.play(prepare: { try $0.add(row, to: "recruitment/bot_info") }) { stage in
            let play = PanelPlay.member(stage)
            let panel = try await play.opens("!clansearch")
            try await play.sets("UNM", in: "mf_cb", on: panel)
            let list = try await play.searches("mf_search", on: panel)
            try await play.presses("ms_entry", on: list)
            let entry = try await stage.sees(play.person, list) { $0.button("ms_entry")?.style == 1 }
            #expect(entry.field("Notes") == "Voice chat on CvC Wednesdays")
            #expect(entry.button("ms_lite")?.style == 2)
            #expect(entry.attachments.map(\.filename) == ["wkbr-badge.png", "wkfh-badge.png"])
            try await play.presses("ms_next", on: list)
            let last = try await stage.sees(play.person, list) { $0.footer.contains("Page 2/2") }
            let notes = last.embeds.last?["fields"]?[0]?["value"]?.string ?? ""
            #expect(notes.utf16.count <= 1024 && notes.hasSuffix("…"), "\(notes.count)")
        }
    }

    @Test("a member looks at results in three modes, and a mode begins at its first page")
    func modes() async throws {
        try await Stage.play { stage in
            let play = PanelPlay.member(stage)
            let panel = try await play.opens("!clansearch")
            let list = try await play.searches("mf_search", on: panel)
            #expect(list.tags.count == 5)
            try await play.presses("ms_next", on: list)
            try await stage.sees(play.person, list) { $0.footer.contains("Page 2/5") }
            try await play.presses("ms_profile", on: list)
            let profile = try await stage.sees(play.person, list) { $0.text.contains("**Clan Lead:**") }
            #expect(profile.footer.contains("Page 1/5 • 22 total"))
            #expect(profile.tags == list.tags)
            #expect(stage.log.records.allSatisfy { $0.level < .error })
        }
    }

    @Test("a panel of a member lives for 900 seconds, and so does a list; both say so")
    func expiry() async throws {
        let (scenery, clock) = Scenery.clocked()
        try await Stage.play(on: scenery) { stage in
            let play = PanelPlay.member(stage)
            let panel = try await play.opens("!clansearch")
            let list = try await play.searches("mf_search", on: panel)
            try await play.settles()
            await clock.advance(by: .seconds(899))
            #expect(await play.panels().first?.buttons.contains { $0.isDisabled } == false)
            await clock.advance(by: .seconds(2))
            try await stage.sees(play.person, panel) {
                $0.buttons.allSatisfy(\.isDisabled) && $0.selects.allSatisfy(\.isDisabled)
            }
            let ended = try await stage.sees(play.person, list) { $0.footer.hasSuffix(" • Expired") }
            #expect(ended.buttons.allSatisfy { $0.isDisabled })
            #expect(ended.attachments.map(\.filename) == list.attachments.map(\.filename))
            let next = try await play.opens("!clansearch")
            #expect(next.id != panel.id)
        }
    }

    @Test("a second call in the same channel shows the panel with its filters, and elsewhere a new one takes its place")
    func reopens() async throws {
        let (scenery, clock) = Scenery.clocked()
        try await Stage.play(on: scenery) { stage in
            let play = PanelPlay.member(stage)
            let panel = try await play.opens("!clansearch")
            try await play.sets("Casual", in: "mf_style", on: panel)
            let tooSoon = try await play.person.says("!clansearch", in: play.channel)
            let wait = try await stage.sees(play.person, in: play.channel, after: tooSoon)
            #expect(wait.content.contains("again in 2 seconds"))
            await clock.advance(by: .seconds(3))
            let call = try await play.person.says("!clansearch", in: play.channel)
            let link = try await stage.sees(play.person, in: play.channel, after: call)
            #expect(link.content.hasSuffix("/\(panel.id)"))
            #expect(await play.panels().first?.chosen("mf_style") == "Casual")
            await clock.advance(by: .seconds(3))
            let other = PanelPlay(stage: stage, person: play.person, channel: SampleGuild.shardsAndMercy)
            _ = try await other.opens("!clansearch")
            try await stage.sees(play.person, panel) { $0.buttons.allSatisfy(\.isDisabled) }
        }
    }

    @Test("a member searches in direct messages, without crests")
    func directMessages() async throws {
        try await Stage.play { stage in
            let member = stage.person(331)
            let channel = try await member.opensDirectMessages(with: SampleGuild.bot)
            let play = PanelPlay(stage: stage, person: member, channel: channel.id)
            let panel = try await play.opens("!clansearch")
            try await play.sets("UNM", in: "mf_cb", on: panel)
            let list = try await play.searches("mf_search", on: panel)
            #expect(list.tags.first == "WKBR")
            #expect(list.attachments.isEmpty)
            try await play.presses("ms_entry", on: list)
            try await stage.sees(member, list) { $0.text.contains("Entry Criteria:") }
        }
    }
}
