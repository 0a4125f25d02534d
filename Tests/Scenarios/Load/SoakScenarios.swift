import DiscordSimulator
import Glibc
import Service
import Testing

@testable import woadkeeper

/// Traffic with faults against the real program in a process of its own, whose memory is watched from outside.
@Suite("Load: a long run with faults")
struct SoakScenarios {
    /// What the program may still grow by in an hour once it has seen everything: caches fill, the allocator settles.
    private static let allowedSlope = 12.0 * 1_048_576
    /// What a short run may grow by between its third and its last quarter; an allocator's noise is of that size.
    private static let allowedStep = 12 * 1_048_576
    private static let places = (0..<4).map { (channel: SampleGuild.id(251 + $0), member: 331 + $0) }
    /// Who searches again sooner is told to wait.
    private static let searchCooldown = Duration.seconds(2)
    private static let tags = ["WKAS", "WKBR", "WKCT", "WKFH", "WKGK", "WKQU"]

    @Test("memory stays flat under questions and faults, and every question has one answer")
    func soak() async throws {
        let duration = Soak.isLong ? Soak.duration : .seconds(14)
        // Discord's own buckets, which pace the questions: people are told to wait who search again within two seconds.
        try await Stage.play(on: Scenery(options: Simulator.Options()), startsBot: false) { stage in
            try await stage.withProgram { bot in
                try await bot.logs("Guild allow-list verified")
                try await Self.run(bot, on: stage, for: duration)
                bot.receives(SIGTERM)
                await bot.ends(.exited(0))
            }
        }
    }

    private static func run(_ bot: BotProcess, on stage: Stage, for duration: Duration) async throws {
        let start = TransportTime().now
        let end = start + duration
        let (rounds, curve) = try await withThrowingTaskGroup(of: Finding.self) { group in
            for place in places {
                group.addTask {
                    let member = stage.person(place.member)
                    var round = 0
                    var nextSearch = start
                    while TransportTime().now < end {
                        try await ask(round, by: member, in: place.channel, on: stage)
                        if round % 3 == 0, TransportTime().now >= nextSearch {
                            try await search(by: member, in: place.channel, on: stage)
                            nextSearch = TransportTime().now + Self.searchCooldown
                        }
                        round += 1
                    }
                    return .rounds(round)
                }
            }
            group.addTask {
                await breakThings(on: stage, until: end, pause: duration / 40)
                return .rounds(0)
            }
            group.addTask {
                .memory(try await watch(bot, from: start, until: end, interval: duration / 60))
            }
            var rounds = 0
            var curve = MemoryCurve()
            for try await finding in group {
                switch finding {
                case .rounds(let count): rounds += count
                case .memory(let found): curve = found
                }
            }
            return (rounds, curve)
        }
        let report =
            "\(rounds) rounds, \(Int(curve.slopePerHour / 1024)) KiB/h, late growth "
            + "\(curve.lateGrowth / 1024) KiB"
        print("soak: \(report)")
        if Soak.isLong {
            #expect(curve.slopePerHour < allowedSlope, "\(report)")
        } else {
            #expect(curve.lateGrowth < allowedStep, "\(report)")
        }
    }

    /// What one of the tasks of a run found out.
    private enum Finding: Sendable {
        case rounds(Int)
        case memory(MemoryCurve)
    }

    /// One question and one ping in a channel, their answers, counted, and everything cleared away.
    private static func ask(_ round: Int, by member: Person, in channel: WorldID, on stage: Stage) async throws {
        let tag = tags[round % tags.count]
        try await member.says("!clan \(tag)", in: channel)
        try await member.says("talking of \(tag), round \(round)", in: channel)
        let card = try await stage.sees(member, in: channel, within: Questions.patience) {
            $0.isCard(of: tag) && $0.has("💡")
        }
        try await member.reacts(with: "💡", to: card)
        try await stage.sees(member, card, within: Questions.patience) { $0.text.contains("Entry Criteria:") }
        try await stage.settles(member, in: channel, within: Questions.patience)
        let cards = await stage.botMessages(member, in: channel)
        #expect(cards.map(\.id) == [card.id], "round \(round) has one answer")
        try await clear(channel, on: stage)
    }

    private static func clear(_ channel: WorldID, on stage: Stage) async throws {
        let admin = stage.person(341)
        for message in await admin.seesMessages(in: channel) { try await admin.deletes(message) }
    }

    /// One search with a panel: a filter, the list, its next page; each press has its effect.
    private static func search(by member: Person, in channel: WorldID, on stage: Stage) async throws {
        let call = try await member.says("!clansearch", in: channel)
        let panel = try await stage.sees(member, in: channel, after: call, within: Questions.patience) {
            !$0.selects.isEmpty
        }
        let label = panel.button("mf_roster")?.label
        try await press("mf_roster", on: panel, by: member)
        try await stage.sees(member, panel, within: Questions.patience) { $0.button("mf_roster")?.label != label }
        try await press("mf_search", on: panel, by: member)
        try await stage.sees(member, in: channel, after: panel, within: Questions.patience) { $0.isList }
        try await stage.settles(member, in: channel, within: Questions.patience)
        let seen = await stage.botMessages(member, in: channel)
        #expect(seen.count { !$0.selects.isEmpty } == 1 && seen.count { $0.isList } == 1)
        try await clear(channel, on: stage)
    }

    /// Presses a button, and presses again where Discord says that this failed: a press that reaches the bot only after a
    /// new connection may come too late to be answered.
    private static func press(_ name: String, on message: SimulatedMessage, by member: Person) async throws {
        for _ in 0..<5 {
            let press = try await member.clicks(customID: "\(name):\(member.id)", on: message)
            if try await member.answer(to: press, within: Questions.patience) != .failed { return }
        }
        Issue.record("\(name) failed five times")
    }

    /// One fault after another; none of them loses a question.
    private static func breakThings(on stage: Stage, until end: Timestamp, pause: Duration) async {
        let faults = stage.simulator.faults
        let posts = "/channels/{channel_id}/messages"
        let strikes: [@Sendable () async -> Void] = [
            { await faults.dropGateway() },
            { faults.fail("POST", posts, times: 2, with: .serverError(502)) },
            { await faults.requestReconnect() },
            { faults.fail("POST", posts, with: .lostAfterApplying) },
            { faults.fail("POST", posts, with: .rateLimited(after: 0.2, scope: .shared)) },
            { await faults.invalidateSession(resumable: true) },
            { faults.fail("POST", posts, with: .resetInBody) },
            { await faults.closeGateway(code: 4008) },
            { faults.fail("PATCH", posts + "/{message_id}", with: .lostBeforeApplying) },
        ]
        var index = 0
        while TransportTime().now < end {
            guard (try? await TransportTime().sleep(for: pause)) != nil else { return }
            await strikes[index % strikes.count]()
            index += 1
        }
    }

    /// Looks at the program's memory from the end of the first quarter on, when caches and pools are filled.
    private static func watch(
        _ bot: BotProcess, from start: Timestamp, until end: Timestamp, interval: Duration
    ) async throws -> MemoryCurve {
        var curve = MemoryCurve()
        var nextReport = start
        while TransportTime().now < end {
            try await TransportTime().sleep(for: interval)
            let bytes = try #require(ResidentMemory.bytes(of: bot.id), "the program runs")
            let now = TransportTime().now
            if Soak.isLong, now >= nextReport {
                print("soak: \(Int((now - start) / .seconds(1))) s, \(ResidentMemory.text(bytes))")
                nextReport = now + .seconds(60)
            }
            if now - start > (end - start) / 4 { curve.add(bytes, at: (now - start) / .seconds(1)) }
        }
        return curve
    }
}
