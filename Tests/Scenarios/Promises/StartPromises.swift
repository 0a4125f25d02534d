import DiscordSimulator
import FoundationEssentials
import HTTPClient
import JSON
import Service
import SheetsSimulator
import Testing

/// What operators may rely on when they deploy and start: see docs/promises.md.
@Suite("Promises: deploying and starting")
struct StartPromises {
    @Test("promise 1: the hosted workflow runs the two commands and builds one image for each branch")
    func workflow() throws {
        let workflow = try Self.text(".github/workflows/ci.yml")
        for line in ["- run: make test", "- run: make tour", "docker/build-push-action", "github.ref_name"] {
            #expect(workflow.contains(line), "\(line)")
        }
        let image = try Self.text("Dockerfile")
        #expect(image.contains("ENTRYPOINT") && image.contains("USER woadkeeper"))
    }

    @Test("promise 2: while frames stay away health is red, and then the process ends with status 1")
    func stall() async throws {
        let time = ManualTime(start: Timestamp(milliseconds: 0))
        let settings = ["LOG_CHANNEL_ID": "", "WATCHDOG_CHECK_SEC": "10", "WATCHDOG_STALL_SEC": "20"]
        try await Stage.play(
            settings, on: Scenery(transport: time), prepare: { await $0.simulator.faults.ignoreHeartbeats(true) }
        ) { stage in
            _ = try #require(await stage.log.first { $0.message == "Cache preloader completed" })
            #expect(try await stage.get("/health").status == 200)
            while time.now < Timestamp(milliseconds: 22_000) { await time.advance(by: .seconds(1)) }
            let health = try await stage.get("/health")
            #expect(health.status == 503)
            #expect(try health.json["ok"]?.bool == false)
            #expect(try health.json["stall_after_sec"]?.int == 20)
            #expect(try await stage.get("/healthz").status == 503)
            while time.now < Timestamp(milliseconds: 40_000) { await time.advance(by: .seconds(1)) }
            #expect(await stage.exitStatus() == 1)
        }
    }

    @Test("promise 5: each boot logs that the server listens and that the heart beats, at INFO")
    func lines() async throws {
        try await Stage.play { stage in
            for boot in 1...2 {
                if boot == 2 { try await stage.startBot() }
                try await stage.settles(stage.person(331), in: SampleGuild.hearth)
                let beat = await stage.log.first(within: .seconds(20)) {
                    $0.message.hasPrefix("[watchdog] heartbeat ok")
                }
                #expect(beat?.level == .info)
                let listening = stage.log.records.filter { $0.message.hasPrefix("web server listening • port=") }
                #expect(listening.count == boot)
                #expect(listening.allSatisfy { $0.level == .info })
                await stage.stopBot()
            }
        }
    }

    @Test("promise 8: with the sheets out of reach the process is alive")
    func liveness() async throws {
        try await Stage.playOnGoogle { stage, sheets in
            _ = try await stage.startupSummary()
            sheets.faults.fail("values.batchGet", with: .status(503))
            let steward = stage.person(342)
            _ = try await ReportPromises.answer("!ops refresh clans", "Refresh • clans", stage, steward)
            #expect(try await stage.get("/healthz").status == 200)
        }
    }

    @Test("promise 15: six lines and one summary of the caches at boot, and none after a reconnect")
    func preload() async throws {
        try await Stage.play { stage in
            _ = try await stage.startupSummary()
            let buckets = ["clans", "templates", "clan_tags", "onboarding_questions", "reaction_roles", "leagues"]
            await stage.simulator.faults.dropGateway()
            let admin = stage.person(341)
            try await stage.settles(admin, in: SampleGuild.botLog)
            for bucket in buckets {
                let lines = stage.log.messages.filter { $0.hasPrefix("[refresh] startup bucket=\(bucket)") }
                #expect(lines.count == 1, "\(bucket): \(lines)")
            }
            let posts = await stage.botMessages(admin, in: SampleGuild.botLog)
            #expect(posts.count { $0.content.contains("scope=startup") } == 1)
        }
    }

    private static func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: "\(Stage.root)/\(path)")), as: UTF8.self)
    }
}
