import JSON
import Service
import Testing

@testable import DiscordSimulator
@testable import woadkeeper

@Suite("Recruitment: panels in trouble")
struct PanelTroubleScenarios {
    /// A request that Discord refuses, what the person reads then, and what the log says.
    struct Trouble: Sendable, CustomTestStringConvertible {
        var method: String
        var template: String
        var error: APIError
        var words: String
        var line: String
        var level: LogLevel
        var testDescription: String { line }
    }

    private static let message = "/channels/{channel_id}/messages/{message_id}"

    @Test(
        "a member whose results cannot be shown is told why, and the next search shows them",
        arguments: [
            Trouble(
                method: "GET", template: message, error: .missingPermissions, words: "**Embed Links**",
                line: "member results fetch forbidden", level: .warning),
            Trouble(
                method: "GET", template: message, error: .emptyMessage, words: "try again",
                line: "member results fetch failed", level: .error),
            Trouble(
                method: "PATCH", template: message, error: .missingAccess, words: "**Use External Emojis**",
                line: "member results send/edit forbidden", level: .warning),
            Trouble(
                method: "PATCH", template: message, error: .emptyMessage, words: "try again",
                line: "member results post/edit failed", level: .error),
        ])
    func memberResults(trouble: Trouble) async throws {
        try await Stage.play { stage in
            let play = PanelPlay.member(stage)
            let panel = try await play.opens("!clansearch")
            let list = try await play.searches("mf_search", on: panel)
            try await play.settles()
            stage.simulator.faults.fail(trouble.method, trouble.template, with: .refused(trouble.error))
            try await play.presses("mf_search", on: panel)
            let told = try await stage.sees(play.person, in: play.channel) { $0.isEphemeral }
            #expect(told.content.contains(trouble.words), "\(told.content)")
            let line = await stage.log.first { $0.message == trouble.line }
            #expect(line?.level == trouble.level)
            #expect(line?.logger == "c1c.recruitment.member")
            let key = line?.fields.first { $0.key == "key" }?.value
            #expect(key == .string("(\(SampleGuild.guild), \(play.channel), \(play.person.id))"))
            let next = try await play.searches("mf_search", on: panel, after: list)
            #expect(next.tags == list.tags)
        }
    }

    @Test("a member is told that the roster cannot be read, not that nothing fits")
    func unreadableRoster() async throws {
        try await Stage.play(on: .folder) { stage in
            let play = PanelPlay.member(stage)
            let panel = try await play.opens("!clansearch")
            try await play.settles()
            await stage.stopBot()
            try stage.spoil("recruitment/bot_info")
            try await stage.startBot()
            try await play.presses("mf_search", on: panel)
            let told = try await stage.sees(play.person, in: play.channel, within: .seconds(20)) { $0.isEphemeral }
            #expect(told.content.contains("cannot be read right now"))
            #expect(await play.lists().isEmpty)
            #expect(stage.log.messages.contains("member panel sheets fetch failed"))
        }
    }

    @Test("a member who chose nothing is asked for a filter")
    func nothingChosen() async throws {
        try await Stage.play { stage in
            let play = PanelPlay.member(stage)
            let panel = try await play.opens("!clansearch")
            for label in ["Full Only", "Open or Full (no filter)"] {
                try await play.presses("mf_roster", on: panel)
                try await stage.sees(play.person, panel) { $0.button("mf_roster")?.label == label }
            }
            try await play.presses("mf_search", on: panel)
            let told = try await stage.sees(play.person, in: play.channel) { $0.isEphemeral }
            #expect(told.content.contains("at least one filter"))
            #expect(await play.lists().isEmpty)
        }
    }

    @Test(
        "where the fixed thread cannot be had the author is told, and the log says why",
        arguments: [
            (999, APIError.missingAccess, "thread fetch forbidden: guild=GUILD thread_id=THREAD"),
            (999, .emptyMessage, "thread fetch HTTP failure: guild=GUILD thread_id=THREAD"),
            (999, nil, "thread not found: THREAD"),
            (242, nil, "thread takes no messages: thread_id=THREAD"),
        ] as [(Int, APIError?, String)])
    func fixedThread(number: Int, error: APIError?, line: String) async throws {
        let thread = SampleGuild.id(number)
        try await Stage.play(["PANEL_THREAD_MODE": "Fixed", "PANEL_FIXED_THREAD_ID": "\(thread)"]) { stage in
            let play = PanelPlay.recruiter(stage)
            if let error {
                stage.simulator.faults.fail("GET", path: "/channels/\(thread)", with: .refused(error))
            }
            let call = try await play.person.says("!clanmatch", in: play.channel)
            let answer = try await stage.sees(play.person, in: play.channel, after: call)
            #expect(answer.content.contains("could not be opened"))
            let text = line.replacing("GUILD", with: "\(SampleGuild.guild)").replacing("THREAD", with: "\(thread)")
            let found = await stage.log.first { $0.message == "[clanmatch] \(text)" }
            #expect(found?.level == .error)
            #expect(await play.panels().isEmpty)
        }
    }

    @Test("a panel in an archived thread is opened again with the thread")
    func archivedThread() async throws {
        let (scenery, clock) = Scenery.clocked()
        let fixed = ["PANEL_THREAD_MODE": "fixed", "PANEL_FIXED_THREAD_ID": "\(SampleGuild.panelThread)"]
        try await Stage.play(fixed, on: scenery) { stage in
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch", in: SampleGuild.panelThread)
            try await stage.person(341).archives(SampleGuild.panelThread)
            try await play.settles()
            await clock.advance(by: .seconds(3))
            let call = try await play.person.says("!clanmatch", in: play.channel)
            let pointer = try await stage.sees(play.person, in: play.channel, after: call) {
                $0.content.contains("Your panel is in")
            }
            #expect(pointer.content.hasSuffix("/\(panel.id)"))
            let thread = await play.person.seesChannels().first { $0.id == SampleGuild.panelThread }
            #expect(thread?.thread?.isArchived == false)
            #expect(stage.log.records.allSatisfy { $0.level < .error })
        }
    }
}
