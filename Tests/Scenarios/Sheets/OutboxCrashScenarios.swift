import FoundationEssentials
import Glibc
import JSON
import Service
import SheetsSimulator
import Spreadsheets
import TestTools
import Testing

@testable import woadkeeper

/// A process that writes to a spreadsheet is killed again and again, while Google fails in every way it knows.
@Suite("Crashes of the outbox", .timeLimit(.minutes(20)))
struct OutboxCrashScenarios {
    @Test("what was acknowledged is in the sheet exactly once, whenever the process is killed and whatever Google does")
    func kills() async throws {
        let scene = try await CrashScene()
        var random = SplitMix(seed: Soak.isLong ? UInt64(getpid()) : 7)
        do {
            for run in 1...(Soak.isLong ? 200 : 10) {
                scene.addFaults(&random)
                try await scene.runAndKill(run, after: .milliseconds(Int(random.next() % 400)))
            }
            scene.simulator.faults.clear()
            try await scene.drain()
            try await scene.check()
        } catch {
            await scene.close()
            throw error
        }
        await scene.close()
    }
}

/// A spreadsheet with two tabs, a simulated Google in front of it, and what the killed processes had been told.
private final class CrashScene {
    let simulator: SheetsSimulator
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("outbox-crash-\(UUID())")
    private let environment: [String: String]
    private var acknowledged: Set<String> = []
    private var failed: Set<String> = []
    private var counted: [String: Int] = [:]

    init() async throws {
        for name in ["ledgers", "state"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: name), withIntermediateDirectories: true)
        }
        try Data("id,note,amount,done\n".utf8).write(to: folder.appending(path: "ledgers/Ledger.csv"))
        try Data("key,value\n".utf8).write(to: folder.appending(path: "ledgers/Counters.csv"))
        var options = SheetsSimulator.Options()
        (options.readsPerMinute, options.writesPerMinute) = (1_000_000, 1_000_000)
        simulator = try SheetsSimulator(folder: folder.path, spreadsheets: ["ledgers": "ledgers"], options: options)
        let urls = try await simulator.start()
        environment = [
            "STATE": "\(folder.path)/state", "SHEETS": urls.sheets, "TOKEN": urls.token,
            "CREDENTIALS": simulator.credentials,
        ].merging(Program.surroundings) { own, _ in own }
    }

    func addFaults(_ random: inout SplitMix) {
        let faults: [SheetsFault] = [
            .status(429), .status(429, retryAfter: 1), .status(500), .status(503), .appliedThenStatus(500),
            .appliedThenStatus(503), .slow(.milliseconds(700)), .lostBeforeApplying, .lostAfterApplying, .resetInBody,
        ]
        let operations = ["values.append", "values.batchUpdate", "values.batchGet"]
        for _ in 0..<3 {
            simulator.faults.fail(
                operations[Int(random.next() % UInt64(operations.count))],
                with: faults[Int(random.next() % UInt64(faults.count))])
        }
    }

    /// Starts a writer and kills it some time after it began to write.
    func runAndKill(_ run: Int, after delay: Duration) async throws {
        try await withWriter(["RUN": "\(run)"]) { writer in
            try await writer.logs("ready")
            // The moment of the kill is what this test varies.
            try await TransportTime().sleep(for: delay)
            writer.receives(SIGKILL)
            await writer.ends(.killed(SIGKILL))
        }
    }

    /// Lets a last process finish what is recorded.
    func drain() async throws {
        try await withWriter(["DRAIN": "1"]) { writer in
            await writer.ends(.exited(0), within: .seconds(120))
        }
    }

    func check() async throws {
        let workbook = LocalWorkbook(folder: folder.path)
        let blocks = try await workbook.read(
            [CellRange(tab: "Ledger"), CellRange(tab: "Counters")], of: SpreadsheetKey("ledgers"), .interactive)
        let rows = Dictionary(blocks[0].rows.dropFirst().map { ($0[0], [$0]) }, uniquingKeysWith: +)
        #expect(rows.values.allSatisfy { $0.count == 1 }, "\(rows.filter { $0.value.count > 1 })")
        #expect(acknowledged.isSubset(of: rows.keys), "\(acknowledged.subtracting(rows.keys))")
        #expect(failed.isDisjoint(with: rows.keys), "\(failed.intersection(rows.keys))")
        for (id, row) in rows {
            #expect(row[0].dropFirst() == (id.hasPrefix("c") ? ["=1+1", "1.5", "TRUE"] : ["-2", "", ""]))
        }
        let counters = blocks[1].rows.dropFirst().map { ($0[0], Int($0[1]) ?? -1) }
        #expect(Set(counters.map(\.0)).count == counters.count)
        for (counter, value) in counted {
            let held = counters.first { $0.0 == "counter \(counter)" }?.1 ?? -1
            #expect(held >= value, "counter \(counter)")
        }
        #expect(acknowledged.count > 10)
        print("outbox crash proof: \(acknowledged.count) acknowledged, \(rows.count) rows, \(failed.count) withdrawn")
    }

    func close() async {
        await simulator.stop()
        try? FileManager.default.removeItem(at: folder)
    }

    private func withWriter(_ more: [String: String], _ body: (BotProcess) async throws -> Void) async throws {
        let writer = try BotProcess(
            environment: environment.merging(more) { $1 }, in: folder.path, program: Program.path(of: "outbox-writer"))
        do {
            try await body(writer)
        } catch {
            await writer.close()
            throw error
        }
        note(writer.lines)
    }

    private func note(_ lines: [JSONValue]) {
        for words in lines.compactMap({ $0["msg"]?.string?.split(separator: " ").map { String($0) } }) {
            switch words.first {
            case "confirmed", "recorded": acknowledged.insert(words[1])
            case "failed": failed.insert(words[1])
            case "counted": counted[words[1]] = max(counted[words[1]] ?? 0, Int(words[2]) ?? 0)
            default: break
            }
        }
    }
}
