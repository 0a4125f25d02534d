import Glibc
import JSON
import Service
import TestTools
import Testing

@testable import DiscordSimulator
@testable import woadkeeper

/// The real program as a process: how it ends, and how it executes itself again.
@Suite("The process")
struct ProcessScenarios {
    private static let ready = "Guild allow-list verified"

    @Test("a wrong token ends the program with status 1 and a sentence")
    func wrongToken() async throws {
        try await Stage.play(startsBot: false) { stage in
            try await stage.withProgram(["DISCORD_TOKEN": "wrong"]) { bot in
                await bot.ends(.exited(1))
                #expect(bot.errors.contains { $0.contains("token") }, "\(bot.errors)")
            }
            #expect(await stage.botMessages(stage.person(331), in: SampleGuild.hearth).isEmpty)
        }
    }

    @Test("a token that is reset while the program runs ends it with status 1 and the sentence that helps")
    func resetToken() async throws {
        try await Stage.play(startsBot: false) { stage in
            let questions = Questions(stage)
            try await stage.withProgram { bot in
                try await bot.logs(Self.ready)
                try await questions.ask("WKAS")
                try await questions.areAnswered()
                await stage.simulator.changeApplication { $0.token = "reset" }
                await stage.simulator.faults.dropGateway()
                await bot.ends(.exited(1))
                #expect(
                    bot.errors == [
                        "Discord refused the bot token (401 or 4004): reset it in the developer portal and start with the new one."
                    ])
            }
        }
    }

    @Test("intents that are not enabled end the program with status 1 and their names")
    func disallowedIntents() async throws {
        try await Stage.play(startsBot: false) { stage in
            await stage.simulator.changeApplication { $0.privilegedIntents = [.members] }
            try await stage.withProgram { bot in
                await bot.ends(.exited(1))
                #expect(
                    bot.errors == [
                        "Enable these privileged intents for the bot in the developer portal (4014): Server Members, Message Content."
                    ])
            }
            #expect(await stage.botMessages(stage.person(331), in: SampleGuild.hearth).isEmpty)
        }
    }

    @Test("a second process on the same folder waits for the first, and goes on with its session once that has ended")
    func takeover() async throws {
        try await Stage.play(startsBot: false) { stage in
            let questions = Questions(stage)
            try await stage.withProgram { first in
                try await first.logs(Self.ready)
                try await stage.withProgram { second in
                    try await Self.waits(second, on: stage)
                    try await questions.ask("WKAS")
                    try await questions.areAnswered()
                    first.receives(SIGTERM)
                    for tag in ["WKBR", "WKCT", "WKDV"] { try await questions.ask(tag) }
                    await first.ends(.exited(0))
                    try await questions.ask("WKEM")
                    try await questions.areAnsweredOnce()
                    let sessions = stage.simulator.requests.matching("GET", "/gateway/bot").count
                    #expect(sessions == 1, "the session went on")
                    second.receives(SIGTERM)
                    await second.ends(.exited(0))
                }
            }
        }
    }

    @Test(
        "a second process on the same folder gives up after thirty seconds and says why; the first goes on",
        .enabled(if: Soak.isLong, "it waits out the patience of the second process"))
    func secondStart() async throws {
        try await Stage.play(startsBot: false) { stage in
            let questions = Questions(stage)
            try await stage.withProgram { first in
                try await first.logs(Self.ready)
                try await stage.withProgram { second in
                    try await Self.waits(second, on: stage)
                    try await questions.ask("WKAS")
                    await second.ends(.exited(1))
                    let sentence = "Another process holds STATE_DIR (\(stage.folder.state)); stop it first."
                    #expect(second.errors == [sentence])
                    #expect(second.complaint == [sentence])
                }
                try await questions.ask("WKBR")
                try await questions.areAnsweredOnce()
                first.receives(SIGTERM)
                await first.ends(.exited(0))
            }
        }
    }

    /// Waits until a process has found the folder taken: it opens the lock again and again.
    private static func waits(_ bot: BotProcess, on stage: Stage) async throws {
        try await eventually("the process waits for the folder") {
            bot.descriptors.values.contains("\(stage.folder.state)/lock")
        }
    }

    @Test("runtime.35: the program executes itself again six times: same process, same session, nothing leaked")
    func rebooted() async throws {
        try await Stage.play(on: .folder, startsBot: false) { stage in
            try await stage.withProgram { bot in
                try await Self.reboots(bot, on: stage)
                bot.receives(SIGTERM)
                await bot.ends(.exited(0))
            }
        }
    }

    private static func reboots(_ bot: BotProcess, on stage: Stage) async throws {
        let admin = stage.person(341)
        let questions = Questions(stage)
        let tags = ["WKAS", "WKBR", "WKCT", "WKDV", "WKEM", "WKFH", "WKGK"]
        try await bot.logs(ready)
        try await questions.ask(tags[0])
        try await questions.areAnswered()
        let first = Belongings(of: bot)
        var last: SimulatedMessage?
        for generation in 1...6 {
            try write("BOT_VERSION=generation-\(generation)\n", to: stage.folder.state + "/.env")
            let request = try await admin.says("!ops reload --reboot", in: SampleGuild.botLog)
            let scheduled = try await stage.sees(admin, in: SampleGuild.botLog, within: Questions.patience) {
                $0.reference?.messageID == request.id && $0.content.hasPrefix("graceful reboot scheduled")
            }
            // Asked while nobody listens, or just before.
            try await questions.ask(tags[generation])
            last = try await stage.sees(admin, in: SampleGuild.botLog, within: Questions.patience) {
                $0.reference?.messageID == scheduled.id
                    && $0.content == "✅ Reloaded configuration and rebooted runtime."
            }
            try await bot.logs("Bot ready as", times: generation + 1)
            try await questions.areAnswered()
            try await admin.says("!ops health", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog, after: last, within: Questions.patience) {
                $0.text.contains("generation-\(generation)")
            }
            // The journal opens its folder for as long as it forgets the request.
            try await eventually("generation \(generation) holds no more than the first") {
                Belongings(of: bot).holdNoMore(than: first)
            }
        }
        try await questions.areAnsweredOnce()
        let sessions = stage.simulator.requests.matching("GET", "/gateway/bot").count
        #expect(sessions == 1, "one session lives through all generations")
        // The log channel has a limit, and more to tell at each start.
        try await stage.simulator.eventually(within: Questions.patience, "six completions") { state in
            let count = state.messages(in: SampleGuild.botLog).count { $0.content.contains("reboot completed") }
            return count >= 6 ? count : nil
        }
        let posts = await stage.botMessages(admin, in: SampleGuild.botLog).map(\.content)
        #expect(posts.count { $0.contains("reboot requested") } == 6)
        #expect(posts.count { $0.contains("reboot completed") } == 6)
        #expect(posts.count { $0.hasPrefix("✅ Reloaded") } == 6)
    }

    /// What a process holds of the kernel's.
    private struct Belongings {
        var descriptors: [String: Int]
        var blocked: String?
        var ignored: String?

        init(of bot: BotProcess) {
            descriptors = Dictionary(bot.descriptors.values.map { ($0, 1) }, uniquingKeysWith: +)
            blocked = bot.kernelStatus("SigBlk")
            ignored = bot.kernelStatus("SigIgn")
        }

        func holdNoMore(than first: Belongings) -> Bool {
            // Kept connections come and go by one or two.
            let isLeaking = descriptors.contains { target, count in
                count > (first.descriptors[target] ?? 0) + (target == "socket" ? 2 : 0)
            }
            return !isLeaking && blocked == first.blocked && ignored == first.ignored
        }
    }

    @Test("only admins restart the program; staff may reload it")
    func access() async throws {
        try await Stage.play { stage in
            let steward = stage.person(342)
            try await steward.says("!ops reload --reboot", in: SampleGuild.botLog)
            try await stage.sees(steward, in: SampleGuild.botLog) { $0.content == "Admins only." }
            let request = try await steward.says("!ops reload", in: SampleGuild.botLog)
            let answer = try await stage.sees(steward, in: SampleGuild.botLog) { $0.titles == ["Reload"] }
            #expect(answer.reference?.messageID == request.id)
            #expect(answer.content.hasPrefix("config reloaded · "))
            #expect(answer.content.hasSuffix(" ms · by Oskar"))
            #expect(answer.text.contains("refreshing: clan_tags, clans, leagues"))
            try await steward.says("!ops reload now", in: SampleGuild.botLog)
            try await stage.sees(steward, in: SampleGuild.botLog) { $0.content == "⚠️ Unknown flag: now" }
            try await stage.settles(steward, in: SampleGuild.botLog)
            #expect(!stage.log.messages.contains("shutdown begin"))
        }
    }

    @Test("a program that cannot be executed again ends with status 75")
    func executableGone() async throws {
        try await Stage.play(startsBot: false) { stage in
            let copy = stage.folder.state + "/woadkeeper"
            try Self.copy(Program.path, to: copy)
            let admin = stage.person(341)
            try await stage.withProgram(program: copy) { bot in
                try await bot.logs(Self.ready)
                unlink(copy)
                try await admin.says("!ops reload --reboot", in: SampleGuild.botLog)
                try await stage.sees(admin, in: SampleGuild.botLog, within: Questions.patience) {
                    $0.content.hasPrefix("graceful reboot scheduled")
                }
                await bot.ends(.exited(75))
                let last = try #require(bot.lines.last)
                #expect(last["msg"]?.string == "re-execution failed; a new process is needed")
            }
            // The supervisor's new process confirms what was asked for.
            try await stage.withProgram { bot in
                try await stage.sees(admin, in: SampleGuild.botLog, within: Questions.patience) {
                    $0.content == "✅ Reloaded configuration and rebooted runtime."
                }
                bot.receives(SIGTERM)
                await bot.ends(.exited(0))
            }
        }
    }

    private static func write(_ text: String, to path: String) throws {
        let file = try #require(fopen(path, "w"))
        defer { fclose(file) }
        #expect(fputs(text, file) >= 0)
    }

    private static func copy(_ source: String, to target: String) throws {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        let output = open(target, O_WRONLY | O_CREAT | O_CLOEXEC, 0o755)
        try #require(input >= 0 && output >= 0)
        defer {
            Glibc.close(input)
            Glibc.close(output)
        }
        while case let count = sendfile(output, input, nil, 1 << 24), count > 0 {}
    }
}

extension Simulator {
    /// Does to the bot's application what its owner does in the developer portal.
    fileprivate func changeApplication(_ change: @Sendable (inout SimulatedApplication) -> Void) async {
        await world.transact(withGateway: { state, _ in
            if var application = state.applications[SampleGuild.bot] {
                change(&application)
                state.applications[SampleGuild.bot] = application
            }
        })
    }
}
