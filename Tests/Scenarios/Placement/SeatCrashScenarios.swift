import Cluster
import Glibc
import JSON
import Service
import SheetsSimulator
import TestTools
import Testing

@testable import woadkeeper

/// Twenty recruiters work on the seats of ten clans, while Google fails in every way it knows, the process is killed again
/// and again, and people edit the sheets.
@Suite("Crashes of the seat book", .timeLimit(.minutes(Soak.isLong ? 90 : 3)))
struct SeatCrashScenarios {
    @Test(
        "no hold is lost or doubled and every number follows from the ledger, whenever the process is killed and whatever people do to the sheets",
        arguments: ["human", "bot"])
    func kills(owner: String) async throws {
        try await SeatScene.play(owner: owner) { scene in
            var random = SplitMix(seed: Soak.isLong ? UInt64(getpid()) : 11)
            var run = 0
            while scene.model.operations < (Soak.isLong ? 10_000 : 70) {
                run += 1
                let isOutage = Soak.isLong ? run.isMultiple(of: 6) : run == 1 && owner == "bot"
                try await scene.playAndKill(run, isOutage: isOutage, &random)
                try await scene.compare()
                try await scene.edit(&random)
            }
            try await scene.finish()
            try await scene.compare()
            try await scene.checkEverything()
        }
    }

    @Test("without a crash the numbers follow from the ledger by themselves, whatever Google does")
    func faults() async throws {
        try await SeatScene.play(owner: "bot") { scene in
            var random = SplitMix(seed: Soak.isLong ? UInt64(getpid()) : 12)
            try await scene.finish()
            try await scene.playToTheEnd(count: Soak.isLong ? 2000 : 60, &random)
            try await scene.compare()
            try await scene.checkEverything()
        }
    }
}

/// The sample workbook behind a simulated Google, the processes that keep its seats, the people who edit it, and what must
/// be true of it.
private final class SeatScene {
    /// How many operations lie between two bursts of faults.
    private static let share = Soak.isLong ? 30 : 12

    var model: SeatModel
    private let folder: DemoFolder
    private let simulator: SheetsSimulator
    private let activity: ActivityCounter
    private let sheets: SeatSheets
    private let environment: [String: String]
    private var run = 0
    private var guests = 0

    static func play(owner: String, _ body: (SeatScene) async throws -> Void) async throws {
        let scene = try await SeatScene(owner: owner)
        do { try await body(scene) } catch { Issue.record(error) }
        await scene.simulator.stop()
        scene.folder.remove()
        let model = scene.model
        print("seat book proof, owner \(owner): \(model.operations) operations, \(model.summary)")
    }

    private init(owner: String) async throws {
        folder = try DemoFolder(from: Stage.root + "/Demo/Workbook")
        activity = ActivityCounter()
        var options = SheetsSimulator.Options()
        (options.readsPerMinute, options.writesPerMinute) = (1_000_000, 1_000_000)
        simulator = try SheetsSimulator(
            folder: folder.workbook, spreadsheets: ["recruitment": "recruitment"], options: options,
            activity: activity)
        let urls = try await simulator.start()
        environment = [
            "TASK": "seats", "STATE": folder.state, "SHEETS": urls.sheets, "TOKEN": urls.token,
            "CREDENTIALS": simulator.credentials,
        ].merging(Program.surroundings) { own, _ in own }
        sheets = SeatSheets(folder: folder.workbook)
        try await sheets.setOwner(owner)
        model = SeatModel(
            ledger: try await sheets.ledger(), roster: try await sheets.roster(), isKeptByPeople: owner == "human")
    }

    // MARK: Processes

    /// Lets a process work and kills it in the middle.
    func playAndKill(_ run: Int, isOutage: Bool, _ random: inout SplitMix) async throws {
        try await withKeeper(["COUNT": "90000"], seed: random.next()) { keeper in
            try await keeper.logs("loaded")
            for burst in 1...3 {
                addFaults(&random)
                try await keeper.logs("played", times: burst * Self.share)
            }
            if isOutage {
                // Long enough that somebody is told that nothing was saved.
                let failed = keeper.lines.count { $0["msg"]?.string == "told failed" }
                simulator.faults.fail(times: .max, with: .status(503))
                try await keeper.logs("told failed", times: failed + 3)
                simulator.faults.clear()
                try await keeper.logs("played", times: 5 * Self.share)
            }
            // What is recorded now is not made before the kill.
            if run.isMultiple(of: 2) { simulator.faults.fail("values.batchUpdate", times: 20, with: .status(503)) }
            // The moment of the kill is what this test varies.
            try await TransportTime().sleep(for: .milliseconds(Int(random.next() % 300)))
            keeper.receives(SIGKILL)
            await keeper.ends(.killed(SIGKILL))
        }
        simulator.faults.clear()
        simulator.requests.clear()
        await activity.waitUntilIdle()
    }

    /// Lets a process work until it has nothing left to do, without mending anything at its start.
    func playToTheEnd(count: Int, _ random: inout SplitMix) async throws {
        try await withKeeper(["COUNT": "\(count)", "TRUSTS": "1"], seed: random.next()) { keeper in
            try await keeper.logs("ready")
            for played in stride(from: 10, through: count - 20, by: 10) {
                addFaults(&random)
                try await keeper.logs("played", times: played)
                simulator.requests.clear()
            }
            simulator.faults.clear()
            await keeper.ends(.exited(0), within: .seconds(120))
        }
    }

    /// Lets a last process finish what is recorded and look once at all numbers.
    func finish() async throws {
        try await withKeeper(["DRAIN": "1"], seed: 0) { keeper in
            await keeper.ends(.exited(0), within: .seconds(120))
        }
        await activity.waitUntilIdle()
    }

    private func withKeeper(
        _ more: [String: String], seed: UInt64, _ body: (BotProcess) async throws -> Void
    ) async throws {
        run += 1
        // Every process lives a day later than the one before.
        let now = Scenery.sampleMorning + .seconds(86_400 * run)
        let variables = [
            "NOW": "\(now.milliseconds)", "FIRST": "\(run * 100_000)", "SEED": "\(seed % 1_000_000_000)",
        ]
        let keeper = try BotProcess(
            environment: environment.merging(more) { $1 }.merging(variables) { $1 }, in: folder.state,
            program: Program.path(of: "outbox-writer"))
        do {
            try await body(keeper)
        } catch {
            await keeper.close()
            throw error
        }
        model.hear(keeper.lines)
    }

    private func addFaults(_ random: inout SplitMix) {
        let faults: [SheetsFault] = [
            .status(429), .status(500), .status(503), .appliedThenStatus(500), .appliedThenStatus(503),
            .slow(.milliseconds(300)), .slow(.milliseconds(1200)), .lostBeforeApplying, .lostAfterApplying,
            .resetInBody,
        ]
        let operations = ["values.append", "values.batchUpdate", "values.batchGet"]
        for _ in 0..<2 {
            simulator.faults.fail(
                operations[Int(random.next() % UInt64(operations.count))],
                with: faults[Int(random.next() % UInt64(faults.count))])
        }
    }

    // MARK: People

    /// Does to the sheets what people do.
    func edit(_ random: inout SplitMix) async throws {
        for _ in 0..<4 {
            switch random.next() % 8 {
            case 0: try await sheets.shuffle(&random)
            case 1: try await tidy(&random)
            case 2, 7: try await endHold(&random)
            case 3: try await moveDate(&random)
            case 4: try await addRow()
            case 5: try await remark(&random)
            default: try await editSeats(&random)
            }
        }
        model.remember(try await sheets.ledger())
    }

    /// Removes half of what has ended.
    private func tidy(_ random: inout SplitMix) async throws {
        let ended = try await sheets.ledger().filter { !$0.isActive }.shuffled(using: &random)
        let rows = ended.prefix((ended.count + 1) / 2)
        for row in rows { model.removed(row) }
        try await sheets.remove(Array(rows))
    }

    /// A hold, rather one that the process was about to change.
    private func anyHold(_ random: inout SplitMix) async throws -> LedgerLine? {
        let holds = try await sheets.ledger().filter(\.isActive)
        return holds.filter { model.unanswered.contains($0.identity) }.randomElement(using: &random)
            ?? holds.randomElement(using: &random)
    }

    private func endHold(_ random: inout SplitMix) async throws {
        guard let row = try await anyHold(&random) else { return }
        let status = ["released", " Cancelled", "moved away"].randomElement(using: &random) ?? ""
        try await sheets.write(status, to: .status, of: row)
        model.ended(row, by: status)
    }

    private func moveDate(_ random: inout SplitMix) async throws {
        guard let row = try await anyHold(&random) else { return }
        let date = "\(10 + run % 18)/0\(1 + random.next() % 9)/2031"
        try await sheets.write(date, to: .reservedUntil, of: row)
        model.moved(row, to: date)
    }

    private func addRow() async throws {
        guests += 1
        let cells = [
            "\(930_000_000_000_000_000 + guests)", "", "351", "#wk-br", "2031/01/20", "2026-03-16 07:30", "ACTIVE",
            "made by hand", guests.isMultiple(of: 2) ? "Twin" : "Guest \(guests)",
        ]
        model.added(try await sheets.add(cells))
    }

    private func remark(_ random: inout SplitMix) async throws {
        guard let row = try await sheets.ledger().randomElement(using: &random) else { return }
        try await sheets.remark("note \(run)", beside: row)
        model.remarked(row, "note \(run)")
    }

    /// Writes over numbers that follow from others and, where people keep it, over the number that does not.
    private func editSeats(_ random: inout SplitMix) async throws {
        guard let clan = try await sheets.roster().clans.randomElement(using: &random) else { return }
        for column in [SeatSheets.openSpots, SeatSheets.holds, SeatSheets.summary] {
            try await sheets.write("77", column: column, ofClan: clan.tag)
        }
        try await sheets.write("\(run)", column: SeatSheets.inactives, ofClan: clan.tag)
        model.setInactives(of: clan.tag, to: "\(run)")
        guard model.isKeptByPeople else { return }
        let spots = "\(random.next() % 6)"
        try await sheets.write(spots, column: SeatSheets.manualSpots, ofClan: clan.tag)
        model.setSpots(of: clan.tag, to: spots)
    }

    // MARK: What must be true

    /// What ended stays as it was, nobody holds two seats, and no row is there twice.
    func compare() async throws {
        model.compare(try await sheets.ledger())
    }

    /// What was acknowledged is in the ledger as it was acknowledged, and the roster follows from it.
    func checkEverything() async throws {
        let ledger = try await sheets.ledger()
        model.check(ledger)
        model.check(try await sheets.roster(), against: ledger)
    }
}
