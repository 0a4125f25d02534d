import HTTPClient
import Service
import Testing

@testable import Spreadsheets

@Suite("Gathering workbook", .timeLimit(.minutes(1)))
struct GatheringWorkbookTests {
    private let key = SpreadsheetKey("1AbCdEfGhIjKlMn")

    @Test("reads that begin together are one request, and each caller gets what it asked for")
    func together() async throws {
        let google = ScriptedGoogle([
            .success(.json(#"{"valueRanges":[{"values":[["a"]]},{"values":[["b"]]},{"values":[["c"]]}]}"#))
        ])
        let time = ManualTime(start: .origin)
        let workbook = GatheringWorkbook(try google.workbook(), time: time)
        let first = Task { try await workbook.read([CellRange(tab: "a"), CellRange(tab: "b")], of: key, .load) }
        // One sleeps for the window, one for the first caller's deadline.
        await time.waitForSleepers(2)
        let second = Task { try await workbook.read(CellRange(tab: "c"), of: key, .load) }
        await time.waitForSleepers(3)
        await time.advance(by: .milliseconds(5))
        #expect(try await first.value.map(\.rows) == [[["a"]], [["b"]]])
        #expect(try await second.value.rows == [["c"]])
        #expect(google.requests.count == 1)
    }

    @Test("a tab that is missing costs only those who asked for it")
    func missingTab() async throws {
        let unknown = ScriptedGoogle.Answer.success(.refusal(400, "Unable to parse range: 'b'"))
        let google = ScriptedGoogle([
            unknown, unknown, .success(.directory(["a": 0])), .success(.json(#"{"valueRanges":[{"values":[["a"]]}]}"#)),
            unknown, unknown, .success(.directory(["a": 0])),
        ])
        let time = ManualTime(start: .origin)
        let workbook = GatheringWorkbook(try google.workbook(), time: time)
        let first = Task { try await workbook.read(CellRange(tab: "a"), of: key, .load) }
        await time.waitForSleepers(2)
        let second = Task { try await workbook.read(CellRange(tab: "b"), of: key, .load) }
        await time.waitForSleepers(3)
        await time.advance(by: .milliseconds(5))
        #expect(try await first.value.rows == [["a"]])
        await #expect(throws: WorkbookError.notFound("worksheet not found: b")) { try await second.value }
    }

    @Test("a read for a waiting person goes at once")
    func interactive() async throws {
        let google = ScriptedGoogle([.success(.json(#"{"valueRanges":[{"values":[["a"]]}]}"#))])
        let workbook = GatheringWorkbook(try google.workbook(), time: ManualTime(start: .origin))
        #expect(try await workbook.read(CellRange(tab: "a"), of: key, .interactive).rows == [["a"]])
    }

    @Test("one who leaves while others gather disturbs nobody")
    func leaving() async throws {
        let google = ScriptedGoogle([
            .success(.json(#"{"valueRanges":[{"values":[["a"]]},{"values":[["b"]]}]}"#))
        ])
        let time = ManualTime(start: .origin)
        let workbook = GatheringWorkbook(try google.workbook(), time: time)
        let first = Task { try await workbook.read(CellRange(tab: "a"), of: key, .load) }
        await time.waitForSleepers(2)
        let second = Task { try await workbook.read(CellRange(tab: "b"), of: key, .load) }
        await time.waitForSleepers(3)
        first.cancel()
        await #expect(throws: WorkbookError.cancelled) { try await first.value }
        await time.advance(by: .milliseconds(5))
        #expect(try await second.value.rows == [["b"]])
    }
}
