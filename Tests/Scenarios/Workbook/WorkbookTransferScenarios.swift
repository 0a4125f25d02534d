import Configuration
import FoundationEssentials
import HTTPClient
import JSON
import Service
import SheetsSimulator
import Spreadsheets
import Synchronization
import Testing

@testable import woadkeeper

@Suite("Carrying spreadsheets between Google and a folder", .timeLimit(.minutes(2)))
struct WorkbookTransferScenarios {
    /// A simulated Google, an empty folder, and what the command said.
    private final class Desk: Sendable {
        let google: SimulatedSheets
        let production: Production
        let folder = "/tmp/woadkeeper-transfer-\(Trace.make())"
        private let said = Mutex<[String]>([])

        init() async throws {
            google = try await SimulatedSheets.open(from: Stage.root + "/Demo/Workbook", recordingFolder: nil)
            production = Production(environment: google.variables)
        }

        static func open(_ body: (Desk) async throws -> Void) async throws {
            let desk = try await Desk()
            do { try await body(desk) } catch { Issue.record(error) }
            await desk.production.http.shutdown()
            await desk.google.close()
            try? FileManager.default.removeItem(atPath: desk.folder)
        }

        /// What was said since the last time.
        var lines: [String] {
            said.withLock { said in
                defer { said = [] }
                return said
            }
        }

        private var transfer: WorkbookTransfer {
            get throws {
                let workbook = try production.workbook(RequiredEnvironment.workbook(production.environment))
                let google = try #require(workbook as? GoogleWorkbook)
                let keys = SimulatedSheets.spreadsheets.sorted { $0.value < $1.value }
                    .map { (name: $0.value, key: SpreadsheetKey($0.key)) }
                return WorkbookTransfer(
                    google: google, folder: folder, spreadsheets: keys,
                    say: { line in self.said.withLock { $0.append(line) } })
            }
        }

        func pull(replaces: Bool = false) async throws -> Bool { try await transfer.pull(replaces: replaces) }
        func push(writes: Bool = false) async throws -> Bool { try await transfer.push(writes: writes) }

        /// The text of a tab of the folder.
        func text(_ tab: String) throws -> String {
            String(decoding: try Data(contentsOf: URL(filePath: "\(folder)/\(tab).csv")), as: UTF8.self)
        }

        /// Pulls everything, and forgets what was said about it.
        func begin() async throws {
            _ = try await pull()
            _ = lines
        }

        func edit(_ tab: String, _ old: String, _ new: String) throws {
            try Data(try text(tab).replacing(old, with: new).utf8).write(to: URL(filePath: "\(folder)/\(tab).csv"))
        }

        /// The text of a tab as the simulated Google keeps it.
        func remote(_ tab: String) throws -> String {
            let url = URL(filePath: "\(google.folder.workbook)/\(tab).csv")
            return String(decoding: try Data(contentsOf: url), as: UTF8.self)
        }

        func editRemote(_ tab: String, _ old: String, _ new: String) throws {
            let url = URL(filePath: "\(google.folder.workbook)/\(tab).csv")
            try Data(try remote(tab).replacing(old, with: new).utf8).write(to: url)
        }
    }

    @Test("what was pulled reads like the original, and nothing differs")
    func roundTrip() async throws {
        try await Desk.open { desk in
            let isPulled = try await desk.pull()
            #expect(isPulled)
            #expect(desk.lines.contains("pulled  recruitment/FeatureToggles: 28 rows"))
            let isPushed = try await desk.push()
            #expect(isPushed)
            #expect(desk.lines == ["nothing differs"])
            #expect(!desk.google.simulator.requests.all.contains { $0.method == "POST" && $0.operation != "token" })
        }
    }

    @Test("an edited cell is shown, written only when wanted, and alone; a number stays a number")
    func editedCell() async throws {
        try await Desk.open { desk in
            try await desk.begin()
            try desk.edit("recruitment/FeatureToggles", "clan_profile,TRUE", "clan_profile,FALSE")
            let before = try desk.remote("recruitment/FeatureToggles")
            let isShown = try await desk.push()
            #expect(isShown)
            let shown = desk.lines
            #expect(shown.count == 2 && shown[0].hasSuffix(": “TRUE” → “FALSE”"))
            #expect(shown[1] == "cells that differ: 1; push with --write writes them")
            #expect(try desk.remote("recruitment/FeatureToggles") == before)
            let isWritten = try await desk.push(writes: true)
            #expect(isWritten)
            #expect(try desk.remote("recruitment/FeatureToggles").contains("clan_profile,FALSE"))
            let writes = desk.google.simulator.requests.all.filter { $0.operation == "values.batchUpdate" }
            #expect(writes.count == 1)
            #expect(writes.first?.body?["valueInputOption"]?.string == "RAW")
            #expect(writes.first?.body?["data"]?.elements.count == 1)
            #expect(
                writes.first?.body?["data"]?.elements.first?["values"]?.elements.first?.elements.first?.bool == false)
            _ = desk.lines
            let isEqual = try await desk.push()
            #expect(isEqual)
            #expect(desk.lines == ["nothing differs"])
        }
    }

    @Test("a tab that others changed since is refused, and so are formulas and tabs that do not exist")
    func refusals() async throws {
        try await Desk.open { desk in
            try await desk.begin()
            try desk.edit("recruitment/FeatureToggles", "clan_profile,TRUE", "clan_profile,FALSE")
            try desk.editRemote("recruitment/FeatureToggles", "member_panel,TRUE", "member_panel,FALSE")
            try desk.edit("onboarding/ClanList", "Ashen Sovereigns", "=HYPERLINK(1)")
            try Data("a,b\r\n".utf8).write(to: URL(filePath: "\(desk.folder)/recruitment/Unknown.csv"))
            let isPushed = try await desk.push(writes: true)
            #expect(isPushed == false)
            let lines = desk.lines
            #expect(
                lines.contains("refused recruitment/FeatureToggles: it was changed since it was pulled; pull it again"))
            #expect(lines.contains("refused onboarding/ClanList A1: would become a formula"))
            #expect(lines.contains("refused recruitment/Unknown: there is no such tab"))
            #expect(try desk.remote("recruitment/FeatureToggles").contains("clan_profile,TRUE"))
            #expect(!(try desk.remote("onboarding/ClanList").contains("HYPERLINK")))
        }
    }

    @Test("a file that was edited survives the next pull unless it may be replaced")
    func keptFile() async throws {
        try await Desk.open { desk in
            try await desk.begin()
            try desk.edit("onboarding/ClanList", "Ashen Sovereigns", "Ashen Regents")
            let isPulled = try await desk.pull()
            #expect(isPulled == false)
            #expect(desk.lines.contains { $0.hasPrefix("kept    onboarding/ClanList: ") })
            #expect(try desk.text("onboarding/ClanList").contains("Ashen Regents"))
            let isReplaced = try await desk.pull(replaces: true)
            #expect(isReplaced)
            #expect(try desk.text("onboarding/ClanList").contains("Ashen Sovereigns"))
        }
    }
}
