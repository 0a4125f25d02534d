import Glibc
import JSON
import Service
import Testing

@testable import DiscordSimulator
@testable import woadkeeper

@Suite("Recruitment: panels across restarts, bursts and deployments")
struct PanelUpkeepScenarios {
    /// What becomes of the journal between two processes.
    enum JournalFate: String, CaseIterable, CustomTestStringConvertible {
        case kept, lost
        var testDescription: String { "journal \(rawValue)" }
    }

    private static func restart(_ stage: Stage, _ fate: JournalFate) async throws {
        await stage.stopBot()
        let other = stage.folder.state + "-next"
        mkdir(other, 0o700)
        try await stage.startBot(fate == .lost ? ["STATE_DIR": other] : [:])
    }

    @Test("a recruiter's panel and list work after a restart", arguments: JournalFate.allCases)
    func recruiterAfterRestart(fate: JournalFate) async throws {
        try await Stage.play { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch")
            try await play.sets("UNM", in: "rp_cb", on: panel)
            try await play.presses("rp_cvc", on: panel)
            try await stage.sees(play.person, panel) { $0.button("rp_cvc")?.label == "CvC: Yes" }
            try await play.presses("rp_roster", on: panel)
            try await play.presses("rp_roster", on: panel)
            try await play.presses("rp_roster", on: panel)
            try await stage.sees(play.person, panel) { $0.button("rp_roster")?.label == "Any Roster" }
            let list = try await play.searches("rp_search", on: panel)
            #expect(list.tags.first == "WKAS")
            try await play.settles()
            try await Self.restart(stage, fate)
            // One filter more keeps the others, and the old list stands, of the old filter.
            try await play.presses("rp_siege", on: panel)
            let changed = try await stage.sees(play.person, panel) { $0.button("rp_siege")?.label == "Siege: Yes" }
            #expect(changed.field("Active filters") == "CB: UNM • CvC: Yes • Siege: Yes")
            #expect(changed.text.contains("reflects your last search"))
            // A stranger is told apart without any memory.
            let stranger = PanelPlay.recruiter(stage, 352)
            try await stranger.person.clicks(customID: "rp_search:\(play.person.id)", on: panel)
            try await stage.sees(stranger.person, in: play.channel) { $0.isEphemeral }
            try await play.presses("rp_reset", on: panel)
            try await stage.sees(play.person, panel) { $0.text.contains("Filters were reset.") }
        }
    }

    @Test("a recruiter's pager works after a restart", arguments: JournalFate.allCases)
    func pagerAfterRestart(fate: JournalFate) async throws {
        try await Stage.play { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch")
            let list = try await play.searches("rp_search", on: panel)
            try await play.presses("rp_results_next", on: list)
            let second = try await stage.sees(play.person, list) { $0.footer.contains("Page 2/3") }
            try await play.settles()
            try await Self.restart(stage, fate)
            try await play.presses("rp_results_next", on: list)
            let third = try await stage.sees(play.person, list) { $0.footer.contains("Page 3/3") }
            #expect(third.footer == "Filters used: Roster: Open only • 2/22 • Page 3/3")
            #expect(Set(third.tags).isDisjoint(with: second.tags))
        }
    }

    @Test("a member's panel and list work after a restart", arguments: JournalFate.allCases)
    func memberAfterRestart(fate: JournalFate) async throws {
        try await Stage.play { stage in
            let play = PanelPlay.member(stage)
            let panel = try await play.opens("!clansearch")
            try await play.sets("UNM", in: "mf_cb", on: panel)
            let list = try await play.searches("mf_search", on: panel)
            try await play.presses("ms_entry", on: list)
            try await stage.sees(play.person, list) { $0.text.contains("Entry Criteria:") }
            try await play.settles()
            try await Self.restart(stage, fate)
            try await play.presses("ms_next", on: list)
            let second = try await stage.sees(play.person, list) { $0.footer.contains("Page 2/2") }
            #expect(second.text.contains("Entry Criteria:"))
            #expect(second.footer.contains("CB: UNM • Roster: Open only"))
            try await play.presses("mf_siege", on: panel)
            let changed = try await stage.sees(play.person, panel) { $0.button("mf_siege")?.label == "Siege: Yes" }
            #expect(changed.chosen("mf_cb") == "UNM")
            try await play.presses("ms_close", on: list)
            _ = try await stage.simulator.eventually("the list to be gone") { state in
                state.message(list.id, in: list.channelID) == nil ? true : nil
            }
        }
    }

    @Test("a panel whose time ran out while nobody served expires at the next start")
    func expiredMeanwhile() async throws {
        let (scenery, clock) = Scenery.clocked()
        try await Stage.play(on: scenery) { stage in
            let (recruiter, member) = (PanelPlay.recruiter(stage), PanelPlay.member(stage))
            let panel = try await recruiter.opens("!clanmatch")
            let other = try await member.opens("!clansearch")
            await stage.stopBot()
            await clock.advance(by: .seconds(7200))
            try await stage.startBot()
            try await stage.sees(recruiter.person, panel) { $0.titles == ["Find a C1C Clan"] }
            try await stage.sees(member.person, other) { $0.buttons.allSatisfy(\.isDisabled) }
        }
    }

    @Test("a panel that expired without being told so says it to who presses it")
    func expiredUnseen() async throws {
        let (scenery, clock) = Scenery.clocked()
        try await Stage.play(on: scenery) { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch")
            await stage.stopBot()
            await clock.advance(by: .seconds(1801))
            let empty = stage.folder.state + "-next"
            mkdir(empty, 0o700)
            try await stage.startBot(["STATE_DIR": empty])
            try await play.presses("rp_search", on: panel)
            let told = try await stage.sees(play.person, in: play.channel) { $0.isEphemeral }
            #expect(told.content.contains("expired") && told.content.contains("`!clanmatch`"))
            try await stage.sees(play.person, panel) { $0.titles == ["Find a C1C Clan"] }
        }
    }

    // MARK: Bursts

    @Test("of a burst of presses every one counts, and only the last state is shown")
    func burst() async throws {
        try await Stage.play { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch")
            try await play.settles()
            let before = stage.editCount
            // The first edit is under way while the others are pressed.
            stage.simulator.faults.fail(
                "PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", with: .slow(.seconds(1)))
            for name in ["rp_cvc", "rp_roster", "rp_cvc", "rp_siege", "rp_roster"] {
                try await play.presses(name, on: panel)
            }
            try await play.chooses("UNM", in: "rp_cb", on: panel)
            let shown = try await stage.sees(play.person, panel) { $0.chosen("rp_cb") == "UNM" }
            #expect(shown.button("rp_cvc")?.label == "CvC: No")
            #expect(shown.button("rp_siege")?.label == "Siege: Yes")
            #expect(shown.button("rp_roster")?.label == "Full Only")
            #expect(shown.field("Active filters") == "CB: UNM • CvC: No • Siege: Yes • Roster: Full only")
            try await play.settles()
            // One for the first press, unless the others were there already, and one for all others.
            #expect((1...2).contains(stage.editCount - before))
        }
    }

    @Test("each press that stands alone is one edit")
    func oneEdit() async throws {
        try await Stage.play { stage in
            let (recruiter, member) = (PanelPlay.recruiter(stage), PanelPlay.member(stage))
            for (play, command, name) in [(recruiter, "!clanmatch", "rp_cvc"), (member, "!clansearch", "mf_cvc")] {
                let panel = try await play.opens(command)
                for label in ["CvC: Yes", "CvC: No", "CvC: —"] {
                    let before = stage.editCount
                    try await play.presses(name, on: panel)
                    try await stage.sees(play.person, panel) { $0.button(name)?.label == label }
                    try await play.settles()
                    #expect(stage.editCount == before + 1)
                }
            }
        }
    }

    @Test("a double press of search gives one list, for members and recruiters")
    func doubleSearch() async throws {
        try await Stage.play { stage in
            let (recruiter, member) = (PanelPlay.recruiter(stage), PanelPlay.member(stage))
            for (play, command, name) in [
                (recruiter, "!clanmatch", "rp_search"), (member, "!clansearch", "mf_search"),
            ] {
                let panel = try await play.opens(command)
                async let first = play.presses(name, on: panel)
                async let second = play.presses(name, on: panel)
                _ = try await (first, second)
                try await stage.sees(play.person, in: play.channel) { $0.isList }
                try await play.settles()
                #expect(await play.lists().count == 1)
            }
        }
    }

    @Test("two recruiters who press at once each see their own filters, and each other's press changes nothing")
    func twoAtOnce() async throws {
        try await Stage.play { stage in
            let (runa, halvar) = (PanelPlay.recruiter(stage, 351), PanelPlay.recruiter(stage, 352))
            let panel = try await runa.opens("!clanmatch")
            let call = try await halvar.person.says("!clanmatch", in: halvar.channel)
            let other = try await stage.sees(halvar.person, in: halvar.channel, after: call) { !$0.selects.isEmpty }
            async let one = runa.chooses("UNM", in: "rp_cb", on: panel)
            async let two = halvar.chooses("NM", in: "rp_cb", on: other)
            async let three = halvar.person.clicks(customID: "rp_cvc:\(runa.person.id)", on: panel)
            async let four = runa.presses("rp_siege", on: panel)
            _ = try await (one, two, three, four)
            let mine = try await stage.sees(runa.person, panel) {
                $0.chosen("rp_cb") == "UNM" && $0.button("rp_siege")?.label == "Siege: Yes"
            }
            #expect(mine.button("rp_cvc")?.label == "CvC: —")
            let theirs = try await stage.sees(halvar.person, other) { $0.chosen("rp_cb") == "NM" }
            #expect(theirs.button("rp_siege")?.label == "Siege: —")
            try await halvar.settles()
            #expect(await halvar.whispers().count == 1)
            #expect(await runa.whispers().isEmpty)
        }
    }

    @Test("a search and a filter behind it in one burst both count: the list is there, and stale")
    func searchInBurst() async throws {
        try await Stage.play { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch")
            stage.simulator.faults.fail(
                "PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", with: .slow(.seconds(1)))
            for name in ["rp_cvc", "rp_search", "rp_siege"] { try await play.presses(name, on: panel) }
            let shown = try await stage.sees(play.person, panel) { $0.text.contains("reflects your last search") }
            #expect(shown.button("rp_siege")?.label == "Siege: Yes")
            let list = try await stage.sees(play.person, in: play.channel) { $0.isList }
            #expect(list.footer.hasPrefix("Filters used: CvC: Yes • Roster: Open only •"))
        }
    }

    @Test("where the panel cannot be changed it says so and is as it was, and the next press works")
    func failingEdit() async throws {
        try await Stage.play { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch")
            try await play.settles()
            stage.simulator.faults.fail(
                "PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original",
                with: .refused(.emptyMessage))
            try await play.presses("rp_cvc", on: panel)
            let told = try await stage.sees(play.person, panel) { $0.text.contains("⚠️ The panel could not be updated") }
            #expect(told.button("rp_cvc")?.label == "CvC: —")
            #expect(stage.log.messages.contains("failed to rebuild recruiter panel"))
            try await play.presses("rp_cvc", on: panel)
            try await stage.sees(play.person, panel) { $0.button("rp_cvc")?.label == "CvC: Yes" }
        }
    }

    @Test(
        "where Discord fails for a while an open panel stays the one panel", arguments: ["!clanmatch", "!clansearch"])
    func passingFailure(command: String) async throws {
        let (scenery, clock) = Scenery.clocked()
        try await Stage.play(on: scenery) { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens(command)
            try await play.settles()
            await clock.advance(by: .seconds(3))
            let edit = "/channels/{channel_id}/messages/{message_id}"
            stage.simulator.faults.fail("PATCH", edit, times: 20, with: .serverError(501))
            let call = try await play.person.says(command, in: play.channel)
            let told = try await stage.sees(play.person, in: play.channel, after: call)
            #expect(told.content.contains("could not be shown anew"))
            stage.simulator.faults.clear()
            await clock.advance(by: .seconds(3))
            let again = try await play.person.says(command, in: play.channel)
            let pointer = try await stage.sees(play.person, in: play.channel, after: again)
            #expect(pointer.content.contains("\(panel.id)"), "\(pointer.content)")
        }
    }

    // MARK: Other places

    @Test("a recruiter's list left in another channel is deleted when a new one is made, and there is one panel")
    func otherChannel() async throws {
        let (scenery, clock) = Scenery.clocked()
        try await Stage.play(on: scenery) { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch")
            let list = try await play.searches("rp_search", on: panel)
            try await play.settles()
            try await stage.person(341).deletes(panel)
            await clock.advance(by: .seconds(3))
            let other = PanelPlay(stage: stage, person: play.person, channel: SampleGuild.recruitmentInteract)
            let next = try await other.opens("!clanmatch")
            let adopted = try await stage.sees(play.person, list) { $0.buttons.isEmpty }
            #expect(adopted.embeds == list.embeds)
            _ = try await other.searches("rp_search", on: next)
            try await other.settles()
            #expect(await play.lists().isEmpty)
            #expect(stage.log.records.allSatisfy { $0.level < .error })
        }
    }

    @Test("without the right to post the author is told which permissions are missing")
    func forbidden() async throws {
        try await Stage.play(["PANEL_THREAD_MODE": "fixed", "PANEL_FIXED_THREAD_ID": "\(SampleGuild.announcements)"]) {
            stage in
            let play = PanelPlay.recruiter(stage)
            try await stage.person(341).changes(
                SampleGuild.announcements,
                [
                    "permission_overwrites": [
                        ["id": "\(SampleGuild.bot)", "type": 1, "allow": "0", "deny": "2048"]
                    ]
                ])
            let call = try await play.person.says("!clanmatch", in: play.channel)
            let answer = try await stage.sees(play.person, in: play.channel, after: call)
            #expect(answer.content.contains("**Send Messages**"))
            #expect(
                stage.log.messages.contains("[clanmatch] send forbidden: thread_id=\(SampleGuild.announcements)"))
        }
    }

    // MARK: Controls of earlier deployments

    private static func button(_ label: String, _ id: String, style: Int = 2) -> JSONValue {
        ["type": 2, "style": .integer(Int64(style)), "label": .string(label), "custom_id": .string(id)]
    }

    @Test("a member's panel of the deployment before keeps its filters and works")
    func formerMemberPanel() async throws {
        try await Stage.play { stage in
            let play = PanelPlay.member(stage)
            let menu: JSONValue = [
                "type": 3, "custom_id": "4f2a9c0e1b7d4f2a9c0e1b7d4f2a9c0e", "min_values": 0,
                "placeholder": "CB Difficulty (optional)",
                "options": [
                    ["label": "NM", "value": "NM"], ["label": "UNM", "value": "UNM", "default": true],
                ],
            ]
            let panel = try await stage.formerBotPosts(
                [
                    "embeds": [
                        [
                            "title": "Search for a C1C Clan", "description": "Hi <@\(play.person.id)>! Pick filters.",
                            "footer": ["text": "Only the summoner can use this panel."],
                        ]
                    ],
                    "components": [
                        ["type": 1, "components": [menu]],
                        [
                            "type": 1,
                            "components": [
                                Self.button("CvC: Yes", "mf_cvc", style: 3), Self.button("Siege: —", "mf_siege"),
                                Self.button("Open or Full (no filter)", "mf_roster"),
                                Self.button("Search Clans", "mf_search", style: 1),
                            ],
                        ],
                    ],
                ], in: play.channel)
            let stranger = PanelPlay.member(stage, 332)
            try await stranger.person.clicks(customID: "mf_siege", on: panel)
            let warning = try await stage.sees(stranger.person, in: play.channel) { $0.isEphemeral }
            #expect(warning.content.contains("not your panel"))
            try await play.person.clicks(customID: "mf_siege", on: panel)
            let shown = try await stage.sees(play.person, panel) { $0.button("mf_siege")?.label == "Siege: Yes" }
            #expect(shown.chosen("mf_cb") == "UNM")
            #expect(shown.button("mf_cvc")?.label == "CvC: Yes")
            let list = try await play.searches("mf_search", on: shown)
            #expect(list.footer.hasPrefix("Filters used: CB: UNM • CvC: Yes • Siege: Yes • Page"))
        }
    }

    @Test("controls of the deployment before that cannot be understood say how to get new ones")
    func formerControls() async throws {
        try await Stage.play { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await stage.formerBotPosts(
                [
                    "embeds": [["title": "Find a C1C Clan for your recruit", "description": "Pick filters."]],
                    "components": [
                        [
                            "type": 1,
                            "components": [
                                Self.button("CvC: —", "rp_cvc"), Self.button("Search Clans", "rp_search", style: 1),
                                Self.button("Next Page ▶", "rp_results_next", style: 1),
                                Self.button("Close", "ms_close", style: 4),
                                Self.button("Old", "5e884898da28047151d0e56f8dc62927"),
                            ],
                        ]
                    ],
                ], in: play.channel)
            var seen: SimulatedMessage?
            for (id, words) in [
                ("rp_cvc", "`!clanmatch`"), ("rp_search", "`!clanmatch`"), ("rp_results_next", "`!clanmatch`"),
                ("ms_close", "`!clansearch`"), ("5e884898da28047151d0e56f8dc62927", "no longer in use"),
            ] {
                try await play.person.clicks(customID: id, on: panel)
                let told = try await stage.sees(play.person, in: play.channel, after: seen) { $0.isEphemeral }
                #expect(told.content.contains(words), "\(id): \(told.content)")
                seen = told
            }
            #expect(await play.panels().isEmpty)
        }
    }

    @Test("a panel whose switch is off says so")
    func gate() async throws {
        try await Stage.play { stage in
            let play = PanelPlay.member(stage)
            let panel = try await play.opens("!clansearch")
            try stage.put("feature_name,enabled\r\nclan_profile,TRUE\r\n", "recruitment/FeatureToggles")
            let admin = stage.person(341)
            try await admin.says("!ops reload", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog) { $0.text.contains("`member_panel`: ON → OFF") }
            try await play.presses("mf_cvc", on: panel)
            let told = try await stage.sees(play.person, in: play.channel) { $0.isEphemeral }
            #expect(told.content.contains("disabled"))
            let call = try await play.person.says("!clansearch", in: play.channel)
            let answer = try await stage.sees(play.person, in: play.channel, after: call)
            #expect(answer.content.contains("disabled"))
        }
    }
}
