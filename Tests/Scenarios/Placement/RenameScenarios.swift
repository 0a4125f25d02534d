import DiscordSimulator
import Journal
import Service
import TestTools
import Testing

@testable import woadkeeper

@Suite("Placement: names of tickets")
struct RenameScenarios {
    @Test("a ticket that is closed while the recruiter is being asked keeps its closed name")
    func closedMeanwhile() async throws {
        try await ReservePlay.play { play in
            try await play.says("!reserve WKLM <@\(SampleGuild.id(301))>", sees: "Until which date?")
            try await play.says("2026-03-20", sees: "Reserve 1 spot in")
            try await play.stage.person(341).renames(play.thread, to: "Closed-W0601-aldermoor-NONE")
            try await play.says("yes", sees: "Reserved 1 spot")
            #expect(
                await play.logs {
                    $0 == "⚠️ welcome_reserve_rename — ticket=W0601 • user=aldermoor • tag=WKLM • result=skipped_closed"
                })
            #expect(await play.threadName() == "Closed-W0601-aldermoor-NONE")
        }
    }

    @Test("a seat that is released while Discord still keeps the thread from its name leaves the open name")
    func releasedMeanwhile() async throws {
        let (scenery, clock) = Scenery.clocked(at: Scenery.sampleMorning)
        try await ReservePlay.play(on: scenery) { play in
            play.limitsRenames()
            _ = try await play.reserves("WKLM")
            let line = "welcome_reserve_rename — ticket=W0601 • user=aldermoor"
            #expect(await play.logs { $0 == "🧭 \(line) • tag=WKLM • rename=deferred" })
            _ = try await play.elsewhere("!reserve release <@\(SampleGuild.id(301))> WKLM")
            #expect(await play.logs { $0 == "✅ \(line) • result=renamed_to_open" })
            try await play.wantsNoName()
            play.stage.simulator.faults.clear()
            await clock.advance(by: .seconds(1200))
            #expect(await play.threadName() == "W0601-aldermoor")
        }
    }

    @Test("a seat that is held again while Discord still keeps the thread from its open name leaves the reserved name")
    func heldAgainMeanwhile() async throws {
        let (scenery, clock) = Scenery.clocked(at: Scenery.sampleMorning)
        try await ReservePlay.play(on: scenery, thread: 402) { play in
            play.limitsRenames()
            _ = try await play.elsewhere("!reserve release <@\(SampleGuild.id(302))> WKBR")
            let line = "welcome_reserve_rename — ticket=W0602 • user=brindlefox"
            #expect(await play.logs { $0 == "🧭 \(line) • rename=deferred" })
            _ = try await play.reserves("WKBR", for: 302)
            #expect(await play.logs { $0 == "✅ \(line) • tag=WKBR • result=renamed_to_res" })
            try await play.wantsNoName()
            play.stage.simulator.faults.clear()
            await clock.advance(by: .seconds(1200))
            #expect(await play.threadName() == "Res-W0602-brindlefox-WKBR")
        }
    }

    @Test("what became of a rename that the last process left is told by the next one")
    func toldAfterRestart() async throws {
        try await ReservePlay.play { play in
            play.limitsRenames()
            _ = try await play.reserves("WKLM")
            let line = "welcome_reserve_rename — ticket=W0601 • user=aldermoor • tag=WKLM"
            #expect(await play.logs { $0 == "🧭 \(line) • rename=deferred" })
            await play.stage.stopBot()
            play.stage.simulator.faults.clear()
            try await play.stage.startBot()
            try await play.isNamed("Res-W0601-aldermoor-WKLM")
            #expect(await play.logs { $0 == "✅ \(line) • result=renamed_to_res" })
            try await play.wantsNoName()
        }
    }
}

extension ReservePlay {
    /// Lets Discord refuse new names for the thread for ten minutes.
    func limitsRenames() {
        stage.simulator.faults.fail(
            "PATCH", path: "/channels/\(thread)", times: .max, with: .rateLimited(after: 600, scope: .shared))
    }

    /// Waits until nothing is left to do about the thread's name.
    func wantsNoName() async throws {
        let journal = try stage.journal
        try await eventually("no name is pending") { try await journal.value(for: "rename:\(thread)") == nil }
    }
}
