import DiscordSimulator
import Glibc
import HTTPClient
import Service
import TestTools
import Testing

@testable import woadkeeper

/// Damage to what the bot keeps, and to the time that it lives in.
@Suite("Faults of disk and clock")
struct StateFaultScenarios {
    @Test("a damaged journal is set aside with one error, and the bot serves")
    func damagedJournal() async throws {
        try await Stage.play(
            prepare: { stage in
                try Self.write(
                    "this was a database once, and is none any more", to: stage.folder.state + "/journal.sqlite")
            }
        ) { stage in
            let questions = Questions(stage)
            try await questions.ask("WKAS")
            try await questions.ping()
            try await questions.areAnsweredOnce()
            #expect(stage.log.records.count { $0.level >= .error } == 1)
        }
    }

    @Test("a journal that was damaged between two starts costs its session alone")
    func damagedBetween() async throws {
        try await Stage.play { stage in
            let questions = Questions(stage)
            try await questions.ask("WKAS")
            try await questions.areAnswered()
            await stage.stopBot()
            try Self.write("damaged", to: stage.folder.state + "/journal.sqlite")
            try await questions.askInVain("WKFH")
            try await stage.startBot()
            try await questions.ask("WKBR")
            try await questions.areAnsweredOnce()
        }
    }

    @Test("a second bot on the same folder gives up after thirty seconds and names it; the first goes on")
    func secondProcess() async throws {
        try await Stage.play { stage in
            let second = Task {
                _ = try await House.open(
                    House.Surroundings(
                        environment: stage.environment, sink: LogMemory(), transport: HastyTime(factor: 60), port: 0,
                        host: "127.0.0.1"))
            }
            let questions = Questions(stage)
            try await questions.ask("WKAS")
            try await questions.areAnswered()
            let error = await #expect(throws: House.NotStarted.self) { try await second.value }
            #expect(error?.description == "Another process holds STATE_DIR (\(stage.folder.state)); stop it first.")
            try await questions.ask("WKBR")
            try await questions.areAnsweredOnce()
        }
    }

    @Test("a wall clock that is set back an hour changes nothing for people")
    func clockSetBack() async throws {
        let clock = AdjustableClock(CalendarTime())
        try await Stage.play(on: Scenery(calendar: clock)) { stage in
            let questions = Questions(stage)
            try await questions.ask("WKAS")
            try await questions.areAnswered()
            clock.adjust(by: .seconds(-3600))
            try await questions.ask("WKBR")
            try await questions.ping()
            try await questions.areAnswered()
            await stage.simulator.faults.dropGateway()
            try await questions.ask("WKFH")
            try await questions.areAnswered()
            await stage.stopBot()
            try await questions.ask("WKGK")
            try await stage.startBot()
            try await questions.areAnsweredOnce()
            #expect(try await stage.get("/health").status == 200)
        }
    }

    @Test("a wall clock that is an hour off keeps nobody from an answer to a button", arguments: [-3600, 3600])
    func clockOff(seconds: Int) async throws {
        let clock = AdjustableClock(CalendarTime())
        clock.adjust(by: .seconds(seconds))
        try await Stage.play(on: Scenery(calendar: clock)) { stage in
            let member = stage.person(331)
            let message = try await Self.postButton(on: stage)
            let press = try await member.clicks(label: "Take a seat", on: message)
            let answer = try await member.answer(to: press)
            guard case .message(let refusal) = answer else {
                Issue.record("answered by \(answer)")
                return
            }
            #expect(refusal.content == "This control is no longer in use.")
            #expect(refusal.flags.contains(.ephemeral))
        }
    }

    /// Posts, in the bot's name, a message with a button that no feature knows any more.
    private static func postButton(on stage: Stage) async throws -> SimulatedMessage {
        let button = #"{"type": 2, "style": 1, "label": "Take a seat", "custom_id": "seat"}"#
        let body = #"{"components": [{"type": 1, "components": [\#(button)]}]}"#
        let api = try #require(stage.environment["DISCORD_API_BASE_URL"])
        let posted = try await stage.http.send(
            HTTPRequest(
                .post, "\(api)/channels/\(SampleGuild.hearth)/messages",
                headers: ["Authorization": "Bot \(SampleGuild.botToken)"],
                body: .bytes(Array(body.utf8), contentType: "application/json")))
        #expect(posted.status == 200)
        return try await stage.sees(stage.person(331), in: SampleGuild.hearth) { !$0.buttons.isEmpty }
    }

    private static func write(_ text: String, to path: String) throws {
        let file = try #require(fopen(path, "w"))
        defer { fclose(file) }
        #expect(fputs(text, file) >= 0)
    }
}
