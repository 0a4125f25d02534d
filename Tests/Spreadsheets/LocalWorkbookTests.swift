import FoundationEssentials
import Glibc
import Service
import Spreadsheets
import TestTools
import Testing

@Suite("LocalWorkbook", .timeLimit(.minutes(1)))
struct LocalWorkbookTests {
    let folder: SampleFolder
    let workbook: LocalWorkbook

    init() throws {
        folder = try SampleFolder()
        workbook = LocalWorkbook(folder: folder.path)
    }

    @Test("one call reads many ranges, in their order")
    func reads() async throws {
        let ranges = try ["bot_info!A3:C4", "FeatureToggles", "bot_info!E24"].map { try #require(CellRange(a1: $0)) }
        let blocks = try await workbook.read(ranges, of: .recruitment, .interactive)
        #expect(blocks[0].rows == [["Rank", "Clan", "Tag"], ["14", "Ashen Sovereigns", "WKAS"]])
        #expect(blocks[1].rows.count == 28)
        #expect(blocks[2].rows == [["1"]])
    }

    @Test("a write changes its cells and no other byte")
    func writes() async throws {
        let before = String(decoding: try folder.bytes(of: "recruitment/bot_info"), as: UTF8.self)
        try await workbook.write(
            [
                CellWrite(tab: "bot_info", column: Column("AF"), row: 24, value: .number(0)),
                CellWrite(tab: "bot_info", column: Column("AH"), row: 24, value: .number(1)),
                CellWrite(tab: "bot_info", column: Column("AI"), row: 24, value: .text("1 -> Ann, \"Bo\"")),
            ], to: .recruitment, .interactive)
        let after = String(decoding: try folder.bytes(of: "recruitment/bot_info"), as: UTF8.self)
        let lines = zip(before.split(separator: "\r\n"), after.split(separator: "\r\n")).filter { $0 != $1 }
        #expect(lines.count == 1)
        #expect(lines.first?.1.hasSuffix(",0,0,1,\"1 -> Ann, \"\"Bo\"\"\"") == true)
        #expect(try folder.names(in: "recruitment").allSatisfy { $0.hasSuffix(".csv") && !$0.hasPrefix(".") })
    }

    @Test("texts are written raw, truth values in capitals, cleared cells are empty")
    func raw() async throws {
        let column = Column(1)
        try await workbook.write(
            [
                CellWrite(tab: "FeatureToggles", column: column, row: 2, value: .text("=1+1")),
                CellWrite(tab: "FeatureToggles", column: column, row: 3, value: .bool(false)),
                CellWrite(tab: "FeatureToggles", column: column, row: 4, value: .clear),
            ], to: .recruitment, .interactive)
        let block = try await workbook.read(CellRange(tab: "FeatureToggles"), of: .recruitment, .interactive)
        #expect((2...4).map { block[row: $0, column: column] } == ["=1+1", "FALSE", ""])
        // This file of the sample has LF line ends, and keeps them.
        #expect(try !folder.bytes(of: "recruitment/FeatureToggles").contains(UInt8(ascii: "\r")))
    }

    @Test("an appended row comes below the last one, blank rows in the middle notwithstanding")
    func appends() async throws {
        let range = try #require(CellRange(a1: "Reservations!A1:I1"))
        let before = try await workbook.read(CellRange(tab: "Reservations"), of: .recruitment, .interactive)
        let row = try await workbook.append(
            [.text("900000000000000401"), .text("x")], to: range, of: .recruitment, .interactive)
        #expect(row == before.lastRow + 1)
        let after = try await workbook.read(CellRange(tab: "Reservations"), of: .recruitment, .interactive)
        #expect(after[row: row, column: Column(0)] == "900000000000000401")
        #expect(after.rows.dropLast() == before.rows[...])
        let bytes = String(decoding: try folder.bytes(of: "recruitment/Reservations"), as: UTF8.self)
        #expect(bytes.hasSuffix("900000000000000401,x,,,,,,,\r\n"))
    }

    @Test("rows are deleted by the numbers they had before")
    func deletes() async throws {
        try await workbook.deleteRows([2, 4, 99], of: "ClanList", in: .onboarding, .background)
        let block = try await workbook.read(CellRange(tab: "ClanList"), of: .onboarding, .interactive)
        #expect(block.rows.prefix(3).map { $0[1] } == ["WKAS", "WKCT", "WKEM"])
        #expect(block.rows.count == 25)
    }

    @Test("an edit by hand is seen at the next read, even if the file keeps its size")
    func editedByHand() async throws {
        let cell = CellRange(tab: "Config", .cell(Column(1), 2))
        try folder.put("Key,Value\r\na,1\r\n", into: "recruitment/Config")
        #expect(try await workbook.read(cell, of: .recruitment, .interactive).rows == [["1"]])
        for value in 2...9 {
            try folder.put("Key,Value\r\na,\(value)\r\n", into: "recruitment/Config")
            #expect(try await workbook.read(cell, of: .recruitment, .interactive).rows == [["\(value)"]])
        }
    }

    @Test("a missing folder is a spreadsheet that is not set, a missing tab is not found")
    func missing() async throws {
        await #expect(throws: WorkbookError.spreadsheetNotSet("spreadsheet not set: nowhere")) {
            try await workbook.read(CellRange(tab: "Config"), of: SpreadsheetKey("nowhere"), .interactive)
        }
        await #expect(throws: WorkbookError.spreadsheetNotSet("spreadsheet not set: ../recruitment")) {
            try await workbook.read(CellRange(tab: "Config"), of: SpreadsheetKey("../recruitment"), .interactive)
        }
        for tab in ["Nope", "config", "../onboarding/Config", "", "."] {
            await #expect(throws: WorkbookError.notFound("worksheet not found: \(tab)")) {
                try await workbook.read(CellRange(tab: tab), of: .recruitment, .interactive)
            }
            await #expect(throws: WorkbookError.notFound("worksheet not found: \(tab)")) {
                try await workbook.write(
                    [
                        CellWrite(tab: "Config", column: Column(0), row: 1, value: .text("must not be written")),
                        CellWrite(tab: tab, column: Column(0), row: 1, value: .text("x")),
                    ], to: .recruitment, .interactive)
            }
        }
        #expect(try folder.bytes(of: "recruitment/Config") == SampleFolder().bytes(of: "recruitment/Config"))
    }

    @Test(
        "a half-written or undecodable file is refused and left as it is",
        arguments: [Array("Key,Value\r\nA,\"half".utf8), [0x4B, 0xFF, 0x0A]])
    func broken(bytes: [UInt8]) async throws {
        try folder.put(bytes, into: "recruitment/Config")
        let error = await #expect(throws: WorkbookError.self) {
            try await workbook.read(CellRange(tab: "Config"), of: .recruitment, .interactive)
        }
        #expect(error?.kind == "data" && error?.description.hasPrefix("recruitment/Config: ") == true)
        await #expect(throws: WorkbookError.self) {
            try await workbook.write(
                [CellWrite(tab: "Config", column: Column(0), row: 2, value: .text("x"))], to: .recruitment, .interactive
            )
        }
        #expect(try folder.bytes(of: "recruitment/Config") == bytes)
    }

    @Test(
        "a tab that cannot be read is refused, and served again as soon as it can be",
        arguments: ["a folder in its place", "a link to nowhere", "gone"])
    func unreadable(fault: String) async throws {
        let path = "\(folder.path)/recruitment/Config.csv"
        let whole = try folder.bytes(of: "recruitment/Config")
        let range = CellRange(tab: "Config")
        let before = try await workbook.read(range, of: .recruitment, .interactive)
        try FileManager.default.removeItem(atPath: path)
        switch fault {
        case "a folder in its place":
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        case "a link to nowhere":
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "nowhere")
        default: break
        }
        let error = await #expect(throws: WorkbookError.self) {
            try await workbook.read(range, of: .recruitment, .interactive)
        }
        #expect(error?.description.contains("Config") == true)
        await #expect(throws: WorkbookError.self) {
            try await workbook.append([.text("x")], to: range, of: .recruitment, .interactive)
        }
        // Other tabs are served meanwhile.
        _ = try await workbook.read(CellRange(tab: "bot_info"), of: .recruitment, .interactive)
        if fault != "gone" { try FileManager.default.removeItem(atPath: path) }
        try folder.put(whole, into: "recruitment/Config")
        #expect(try await workbook.read(range, of: .recruitment, .interactive).rows == before.rows)
    }

    @Test("a file that is replaced between read and write keeps the change of whoever replaced it")
    func replacedUnderneath() async throws {
        try folder.put("Key,Value\r\na,1\r\n", into: "recruitment/Config")
        _ = try await workbook.read(CellRange(tab: "Config"), of: .recruitment, .interactive)
        try folder.put("Key,Value\r\na,1\r\nb,2\r\n", into: "recruitment/Config")
        try await workbook.write(
            [CellWrite(tab: "Config", column: Column(1), row: 2, value: .text("9"))], to: .recruitment, .interactive)
        let bytes = try folder.bytes(of: "recruitment/Config")
        #expect(String(decoding: bytes, as: UTF8.self) == "Key,Value\r\na,9\r\nb,2\r\n")
    }

    @Test("a locked file is waited for, until the deadline", arguments: ["", "/Config.csv"])
    func locked(name: String) async throws {
        let descriptor = open("\(folder.path)/recruitment\(name)", O_RDONLY)
        defer { close(descriptor) }
        #expect(flock(descriptor, LOCK_EX) == 0)
        let write = CellWrite(tab: "Config", column: Column(1), row: 2, value: .text("x"))
        await #expect(throws: WorkbookError.transient("recruitment\(name.dropLast(4)) is locked")) {
            try await workbook.write(
                [write], to: .recruitment, CallContext(priority: .interactive, deadline: .milliseconds(50)))
        }
        let waiting = Task { try await workbook.write([write], to: .recruitment, .interactive) }
        // Other spreadsheets are served meanwhile.
        _ = try await workbook.read(CellRange(tab: "Config"), of: .onboarding, .interactive)
        #expect(flock(descriptor, LOCK_UN) == 0)
        try await waiting.value
        #expect(try await workbook.read(write.range, of: .recruitment, .interactive).rows == [["x"]])
    }

    @Test("a cancelled call gives up waiting and changes nothing")
    func cancelled() async throws {
        let descriptor = open("\(folder.path)/recruitment", O_RDONLY)
        defer { close(descriptor) }
        #expect(flock(descriptor, LOCK_EX) == 0)
        let call = Task {
            try await workbook.append([.text("x")], to: CellRange(tab: "Config"), of: .recruitment, .interactive)
        }
        call.cancel()
        await #expect(throws: WorkbookError.cancelled) { try await call.value }
        #expect(try folder.bytes(of: "recruitment/Config") == SampleFolder().bytes(of: "recruitment/Config"))
    }

    @Test("writes side by side, of two programs, all arrive")
    func sideBySide() async throws {
        let other = LocalWorkbook(folder: folder.path)
        try folder.put("Key,Value\r\n", into: "recruitment/Config")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                let program = number % 2 == 0 ? workbook : other
                group.addTask {
                    _ = try await program.append(
                        [.text("k\(number)")], to: CellRange(tab: "Config"), of: .recruitment, .interactive)
                }
            }
            try await group.waitForAll()
        }
        let block = try await workbook.read(CellRange(tab: "Config"), of: .recruitment, .interactive)
        #expect(Set(block.rows.dropFirst().map { $0[0] }) == Set((0..<20).map { "k\($0)" }))
    }

    @Test("the directory lists tabs and their sizes")
    func directory() async throws {
        let info = try await workbook.directory(of: .recruitment, .interactive)
        #expect(info.title == "recruitment")
        #expect(info.tabs.count == 9)
        #expect(info[tab: "bot_info"]?.rowCount == 31 && info[tab: "bot_info"]?.columnCount == 35)
        #expect(info[tab: "Bot_info"] == nil)
        #expect(Set(info.tabs.map(\.id)).count == 9)
        #expect(workbook.tail(of: .recruitment) == "local")
    }

    @Test("there are no exports, and numbers without an end are not written")
    func refused() async throws {
        await #expect(throws: WorkbookError.exportUnsupported) {
            try await workbook.export(CellRange(tab: "Config"), of: .recruitment, .background)
        }
        await #expect(throws: WorkbookError.self) {
            try await workbook.write(
                [CellWrite(tab: "Config", column: Column(0), row: 1, value: .number(.infinity))], to: .recruitment,
                .interactive)
        }
    }

    @Test("calls are counted and their outcomes told")
    func observed() async throws {
        let metrics = Metrics()
        let (outcomes, continuation) = AsyncStream.makeStream(of: WorkbookError?.self)
        let observed = ObservedWorkbook(workbook, metrics: metrics, time: TransportTime()) { continuation.yield($1) }
        _ = try await observed.read(CellRange(tab: "Config"), of: .recruitment, .interactive)
        _ = try? await observed.read(CellRange(tab: "Nope"), of: .recruitment, .interactive)
        continuation.finish()
        #expect(await outcomes.reduce(into: []) { $0.append($1?.kind) } == [nil, "not_found"])
        #expect(metrics.exposition().contains("workbook_calls_total{operation=\"read\",result=\"not_found\"} 1"))
    }

    @Test("what a person replaces while the program waits for the lock is not lost")
    func replacedWhileWaiting() async throws {
        let path = "\(folder.path)/recruitment/FeatureToggles.csv"
        let held = open(path, O_RDONLY)
        defer { close(held) }
        #expect(flock(held, LOCK_EX) == 0)
        let column = Column(1)
        let write = Task {
            try await workbook.write(
                [CellWrite(tab: "FeatureToggles", column: column, row: 2, value: .text("mine"))], to: .recruitment,
                .interactive)
        }
        // The program has the file open by now, or opens the new one; either way the person's row must survive.
        try await eventually("the program has the file open") { try openCount(of: path) >= 2 }
        let edited = try folder.bytes(of: "recruitment/FeatureToggles") + Array("theirs,TRUE\n".utf8)
        try Data(edited).write(to: URL(filePath: path), options: .atomic)
        flock(held, LOCK_UN)
        try await write.value
        let block = try await workbook.read(CellRange(tab: "FeatureToggles"), of: .recruitment, .interactive)
        #expect(block[row: 2, column: column] == "mine")
        #expect(block.rows.last?.first == "theirs")
    }

    /// How many descriptors of this process stand for a file.
    private func openCount(of path: String) throws -> Int {
        let files = FileManager.default
        return try files.contentsOfDirectory(atPath: "/proc/self/fd").count {
            (try? files.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == path
        }
    }
}
