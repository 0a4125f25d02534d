import DiscordSimulator
import Glibc
import JSON
import Service
import SheetsSimulator
import TestTools
import Testing

@testable import woadkeeper

/// SIGTERM reaches the real program in the middle of its work, and the next start finishes what is left.
@Suite("The process: its end under load", .timeLimit(.minutes(5)))
struct TerminationScenarios {
    @Test("runtime.34: SIGTERM in the middle of answers and a press ends the program in ten seconds, each there once")
    func terminated() async throws {
        try await Stage.play(startsBot: false) { stage in
            let load = Load(stage)
            try await stage.withProgram { bot in
                try await load.start(on: bot)
                let limit = ContinuousClock.now + .seconds(10)
                bot.receives(SIGTERM)
                try await bot.logs("shutdown begin")
                load.hold.letGo()
                await bot.ends(.exited(0), within: ContinuousClock.now.duration(to: limit))
                #expect(bot.lines.last?["msg"]?.string == "shutdown complete")
            }
            try await load.isDoneOnceAfterRestart()
        }
    }

    @Test("SIGTERM while a seat is being held: its row is written before the end or after it, and once")
    func reserving() async throws {
        try await Stage.playOnGoogle(startsBot: false) { stage, sheets in
            let load = Load(stage)
            let play = ReservePlay(stage: stage, person: stage.person(351), thread: SampleGuild.id(401))
            let date = (CalendarTime().now + .seconds(5 * 86_400)).iso8601.prefix(10)
            try await stage.withProgram { bot in
                try await bot.logs(Load.ready)
                _ = try await stage.startupSummary()
                try await play.says("!reserve WKLM <@\(SampleGuild.id(301))>", sees: "Until which date?")
                try await play.says("\(date)", sees: "Reserve 1 spot in")
                try await load.start(on: bot)
                sheets.faults.fail("values.append", times: .max, with: .status(503))
                try await play.person.says("yes", in: play.thread)
                try await eventually("Google has refused the row") {
                    sheets.requests.matching("values.append").contains { $0.status == 503 }
                }
                try #require(try Self.rows(of: play).isEmpty)
                let limit = ContinuousClock.now + .seconds(25)
                bot.receives(SIGTERM)
                try await bot.logs("shutdown begin")
                load.hold.letGo()
                sheets.faults.clear()
                await bot.ends(.exited(0), within: ContinuousClock.now.duration(to: limit))
            }
            try await load.isDoneOnceAfterRestart()
            let rows = try Self.rows(of: play)
            #expect(rows.map { $0[3] + $0[6] } == ["WKLMactive"])
            #expect(try stage.seats("WKLM") == ["3", "2", "2 -> Eskil the Grey, Aldermoor"])
            let told = await play.messages().count { $0.content.contains("Reserved 1 spot") }
            #expect(told == 1)
        }
    }

    private static func rows(of play: ReservePlay) throws -> [[String]] {
        try play.ledger().filter { $0.first == "\(play.thread)" }
    }

    @Test(
        "requests that hang are cut off, the program ends within ten seconds, and the next start answers each question once",
        .enabled(if: Soak.isLong, "it waits out the seven seconds that work has to finish"))
    func hanging() async throws {
        try await Stage.play(startsBot: false) { stage in
            let load = Load(stage)
            try await stage.withProgram { bot in
                try await load.start(on: bot)
                let limit = ContinuousClock.now + .seconds(10)
                bot.receives(SIGTERM)
                await bot.ends(.exited(0), within: ContinuousClock.now.duration(to: limit))
                #expect(bot.lines.contains { $0["msg"]?.string == "handlers cut off" })
            }
            load.hold.letGo()
            try await load.isDoneOnceAfterRestart()
        }
    }
}

/// Questions in two channels and a press, of which the bot's first message in each channel is held.
private struct Load {
    static let ready = "Guild allow-list verified"
    private static let tags = ["WKAS", "WKBR", "WKCT", "WKDV", "WKEM", "WKFH"]
    private static let channels = [SampleGuild.hearth, SampleGuild.shardsAndMercy]

    let hold = RequestHold()
    private let stage: Stage
    private let recruiter: PanelPlay
    private let streams: [Questions]

    init(_ stage: Stage) {
        self.stage = stage
        recruiter = PanelPlay.recruiter(stage, 352)
        streams = Self.channels.map { Questions(stage, in: $0) }
    }

    /// Asks and presses, and returns when the bot is in the middle of it.
    func start(on bot: BotProcess) async throws {
        try await bot.logs(Self.ready)
        let panel = try await recruiter.opens("!clanmatch")
        try await recruiter.sets("UNM", in: "rp_cb", on: panel)
        for channel in Self.channels + [recruiter.channel] {
            stage.simulator.faults.fail("POST", path: "/channels/\(channel)/messages", with: .held(hold))
        }
        for tag in Self.tags {
            for questions in streams { try await questions.ask(tag) }
        }
        try await recruiter.presses("rp_search", on: panel)
        try #require(await hold.holds(Self.channels.count + 1), "the bot is answering everywhere")
        for channel in Self.channels {
            try #require(await stage.botMessages(stage.person(331), in: channel).isEmpty, "no answer is there yet")
        }
        try #require(await recruiter.lists().isEmpty)
    }

    /// Asks once more while nobody listens, starts the program again, and counts.
    func isDoneOnceAfterRestart() async throws {
        for questions in streams { try await questions.ask("WKGK") }
        try await stage.withProgram { bot in
            for questions in streams { try await questions.areAnsweredOnce() }
            try await recruiter.settles()
            #expect(await recruiter.lists().count == 1)
            let sessions = stage.simulator.requests.matching("GET", "/gateway/bot").count
            #expect(sessions == 1, "the session went on")
            bot.receives(SIGTERM)
            await bot.ends(.exited(0))
        }
    }
}
