import HTTPClient
import JSON
import Service
import Testing

@testable import Spreadsheets

@Suite("Google workbook", .timeLimit(.minutes(1)))
struct GoogleWorkbookTests {
    private let key = SpreadsheetKey("1AbCdEfGhIjKlMn")

    // MARK: What is sent

    @Test("ranges of one spreadsheet are read in one request, and come back padded as text")
    func read() async throws {
        let google = ScriptedGoogle([
            .success(.json(#"{"valueRanges":[{"values":[["Key","Value"],["a"]]},{"range":"'b'!A2:B9"}]}"#))
        ])
        let blocks = try await google.workbook().read(
            [CellRange(tab: "Rising Stars"), try #require(CellRange(a1: "b!A2:B9"))], of: key, .load)
        #expect(blocks.map(\.rows) == [[["Key", "Value"], ["a", ""]], []])
        let request = try #require(google.requests.first)
        #expect(google.requests.count == 1)
        #expect(request.method == .get)
        #expect(
            request.url == "http://sheets/v4/spreadsheets/1AbCdEfGhIjKlMn/values:batchGet?ranges=%27Rising%20Stars%27"
                + "&ranges=%27b%27%21A2%3AB9&majorDimension=ROWS&valueRenderOption=FORMATTED_VALUE"
                + "&dateTimeRenderOption=FORMATTED_STRING")
        #expect(request.headers["Authorization"] == "Bearer token-1")
    }

    @Test("cells are written RAW in one request: neighbours as one range, numbers as numbers, the later write of two")
    func write() async throws {
        let google = ScriptedGoogle([.success(.json("{}"))])
        func cell(_ letters: String, _ row: Int, _ value: CellValue) throws -> CellWrite {
            CellWrite(tab: "bot's", column: try #require(Column(letters: letters)), row: row, value: value)
        }
        try await google.workbook().write(
            [
                cell("AH", 24, .number(1)), cell("AF", 24, .number(9)), cell("AI", 24, .text("=1+1")),
                cell("AF", 24, .number(2.5)), cell("A", 3, .clear), cell("B", 3, .bool(true)),
            ], to: key, .interactive)
        let request = try #require(google.requests.first)
        #expect(request.method == .post)
        #expect(request.url == "http://sheets/v4/spreadsheets/1AbCdEfGhIjKlMn/values:batchUpdate")
        let expected = """
            {"valueInputOption": "RAW", "data": [
              {"range": "'bot''s'!A3:B3", "majorDimension": "ROWS", "values": [["", true]]},
              {"range": "'bot''s'!AF24", "majorDimension": "ROWS", "values": [[2.5]]},
              {"range": "'bot''s'!AH24:AI24", "majorDimension": "ROWS", "values": [[1, "=1+1"]]}]}
            """
        #expect(try JSONValue(parsing: request.text) == JSONValue(parsing: expected))
    }

    @Test("an append inserts rows below the table and gives the row that Google names")
    func append() async throws {
        let google = ScriptedGoogle([.success(.json(#"{"updates":{"updatedRange":"'Reservations'!A17:I17"}}"#))])
        let range = try #require(CellRange(a1: "Reservations!A1:I1"))
        let row = try await google.workbook().append([.text("007"), .text("")], to: range, of: key, .interactive)
        #expect(row == 17)
        #expect(
            google.requests.first?.url == "http://sheets/v4/spreadsheets/1AbCdEfGhIjKlMn/values/"
                + "%27Reservations%27%21A1%3AI1:append?valueInputOption=RAW&insertDataOption=INSERT_ROWS")
        let sent = try JSONValue(parsing: google.requests.first?.text ?? "")
        #expect(try sent["values"] == JSONValue(parsing: #"[["007", ""]]"#))
    }

    @Test("rows are deleted bottom to top, neighbours together, in the tab that the directory names")
    func deleteRows() async throws {
        let google = ScriptedGoogle([.success(.directory(["a": 0, "b": 77])), .success(.json("{}"))])
        try await google.workbook().deleteRows([2, 9, 3, 10, 5], of: "b", in: key, .interactive)
        #expect(google.requests.last?.url == "http://sheets/v4/spreadsheets/1AbCdEfGhIjKlMn:batchUpdate")
        let sent = try JSONValue(parsing: google.requests.last?.text ?? "")
        let ranges = sent["requests"]?.elements.compactMap { $0["deleteDimension"]?["range"] } ?? []
        #expect(ranges.allSatisfy { $0["sheetId"]?.int == 77 && $0["dimension"]?.string == "ROWS" })
        #expect(ranges.map { $0["startIndex"]?.int } == [8, 4, 1])
        #expect(ranges.map { $0["endIndex"]?.int } == [10, 5, 3])
    }

    @Test("the directory is remembered until it is forgotten")
    func directory() async throws {
        let google = ScriptedGoogle([.success(.directory(["a": 0])), .success(.directory(["b": 5]))])
        let workbook = try google.workbook()
        let first = try await workbook.directory(of: key, .load)
        #expect(try await workbook.directory(of: key, .load) == first)
        #expect(first.tabs == [.init(title: "a", id: 0, rowCount: 10, columnCount: 4)])
        await workbook.forgetDirectories()
        #expect(try await workbook.directory(of: key, .load).tabs.map(\.title) == ["b"])
        #expect(google.requests.count == 2)
    }

    // MARK: Failures

    @Test(
        "reads and cell writes are repeated after what may pass",
        arguments: [
            .failure(.connectionFailed("refused")), .failure(.timedOut(requestSent: true)),
            .failure(.connectionLost("reset", requestSent: true)), .success(.refusal(408)), .success(.refusal(429)),
            .success(.refusal(500)), .success(.refusal(502)), .success(.refusal(503)), .success(.refusal(504)),
        ] as [ScriptedGoogle.Answer])
    func repeated(failure: ScriptedGoogle.Answer) async throws {
        let reader = ScriptedGoogle([failure, failure, .success(.json(#"{"valueRanges":[{"values":[["x"]]}]}"#))])
        #expect(try await reader.workbook().read(CellRange(tab: "a"), of: key, .load).rows == [["x"]])
        let writer = ScriptedGoogle([failure, failure, .success(.json("{}"))])
        try await writer.workbook().write(
            [CellWrite(tab: "a", column: Column(0), row: 1, value: .clear)], to: key, .load)
        #expect(reader.requests.count == 3)
        #expect(writer.requests.count == 3)
    }

    @Test(
        "an append is repeated only when Google has certainly not applied it",
        arguments: [
            (.success(.refusal(429)), true), (.failure(.connectionFailed("refused")), true),
            (.failure(.timedOut(requestSent: false)), true), (.failure(.timedOut(requestSent: true)), false),
            (.failure(.connectionLost("reset", requestSent: true)), false), (.success(.refusal(500)), false),
            (.success(.refusal(503)), false),
        ] as [(ScriptedGoogle.Answer, Bool)])
    func appendAfterFailure(failure: ScriptedGoogle.Answer, isRepeated: Bool) async throws {
        let google = ScriptedGoogle([failure, .success(.json(#"{"updates":{"updatedRange":"a!A5"}}"#))])
        let googleWorkbook = try google.workbook()
        let result = await Self.result {
            () async throws(WorkbookError) in
            try await googleWorkbook.append([.text("x")], to: CellRange(tab: "a"), of: self.key, .load)
        }
        if isRepeated {
            #expect(try result.get() == 5)
        } else {
            #expect(google.requests.count == 1)
            guard case .failure(.ambiguous) = result else { throw UnexpectedOutcome("\(result)") }
        }
    }

    @Test(
        "what will not pass is not repeated, and is told apart",
        arguments: [
            (400, "data"), (403, "sharing"), (404, "not_found"), (302, "data"), (401, "configuration"),
        ])
    func refused(status: Int, kind: String) async throws {
        let google = ScriptedGoogle(
            Array(repeating: .success(.refusal(status, "a quotation")), count: 5))
        let googleWorkbook = try google.workbook()
        let result = await Self.result { () async throws(WorkbookError) in
            try await googleWorkbook.read(CellRange(tab: "a"), of: self.key, .load)
        }
        guard case .failure(let error) = result else { throw UnexpectedOutcome("\(result)") }
        #expect(error.kind == kind)
        #expect(!"\(error)".contains("quotation"), "what Google says is not for people")
        #expect(google.requests.count == (status == 401 ? 2 : 1))
        #expect(!"\(error)".contains(key.text))
    }

    @Test("attempts used up: a read is transient or quota, a write that may have been applied is ambiguous")
    func usedUp() async throws {
        let reader = ScriptedGoogle(Array(repeating: .success(.refusal(429)), count: 5))
        let readerWorkbook = try reader.workbook()
        let read = await Self.result { () async throws(WorkbookError) in
            try await readerWorkbook.read(CellRange(tab: "a"), of: self.key, .load)
        }
        guard case .failure(.quota) = read else { throw UnexpectedOutcome("\(read)") }
        let writer = ScriptedGoogle([.success(.refusal(500)), .success(.refusal(429)), .success(.refusal(429))])
        let writerWorkbook = try writer.workbook()
        let write = await Self.result { () async throws(WorkbookError) in
            try await writerWorkbook.write(
                [CellWrite(tab: "a", column: Column(0), row: 1, value: .clear)], to: self.key, .load)
        }
        guard case .failure(.ambiguous) = write else { throw UnexpectedOutcome("\(write)") }
        #expect(reader.requests.count == 3)
        #expect(writer.requests.count == 3)
    }

    @Test("a token that is refused is replaced once, and the call made again")
    func tokenRefused() async throws {
        let google = ScriptedGoogle([.success(.refusal(401)), .success(.json(#"{"valueRanges":[{}]}"#))])
        _ = try await google.workbook().read(CellRange(tab: "a"), of: key, .load)
        #expect(google.requests.map { $0.headers["Authorization"] } == ["Bearer token-1", "Bearer token-2"])
    }

    @Test("a tab that is missing is looked for once more, then named")
    func missingTab() async throws {
        let unknown = ScriptedGoogle.Answer.success(.refusal(400, "Unable to parse range: 'b'"))
        let found = ScriptedGoogle([unknown, .success(.json(#"{"valueRanges":[{"values":[["x"]]}]}"#))])
        #expect(try await found.workbook().read(CellRange(tab: "b"), of: key, .load).rows == [["x"]])
        let missing = ScriptedGoogle([unknown, unknown, .success(.directory(["a": 0]))])
        let missingWorkbook = try missing.workbook()
        let result = await Self.result { () async throws(WorkbookError) in
            try await missingWorkbook.read([CellRange(tab: "a"), CellRange(tab: "b")], of: self.key, .load)
        }
        #expect(result == .failure(.notFound("worksheet not found: b")))
    }

    // MARK: Sharing and limits

    @Test("identical reads in flight are one call; one caller's leaving does not disturb the other")
    func singleFlight() async throws {
        let google = ScriptedGoogle([.success(.json(#"{"valueRanges":[{"values":[["x"]]}]}"#))])
        google.answers.withLock { $0 = false }
        let workbook = try google.workbook()
        let first = Task { try await workbook.read(CellRange(tab: "a"), of: key, .load) }
        await google.arrivals.until { $0 == 1 }
        let second = Task { try await workbook.read(CellRange(tab: "a"), of: key, .interactive) }
        await workbook.readsInFlight.first?.callers.until { $0 == 2 }
        first.cancel()
        await #expect(throws: WorkbookError.cancelled) { try await first.value }
        google.answers.withLock { $0 = true }
        #expect(try await second.value.rows == [["x"]])
        #expect(google.requests.count == 1)
    }

    @Test("a read that begins after a write does not join one that began before it")
    func readAfterWrite() async throws {
        let google = ScriptedGoogle([
            .success(.json(#"{"valueRanges":[{"values":[["old"]]}]}"#)), .success(.json("{}")),
            .success(.json(#"{"valueRanges":[{"values":[["new"]]}]}"#)),
        ])
        google.answers.withLock { $0 = false }
        let workbook = try google.workbook()
        let early = Task { try await workbook.read(CellRange(tab: "a"), of: key, .load) }
        await google.arrivals.until { $0 == 1 }
        let write = Task {
            try await workbook.write(
                [CellWrite(tab: "a", column: Column(0), row: 1, value: .text("new"))], to: key, .load)
        }
        await google.arrivals.until { $0 == 2 }
        google.answers.withLock { $0 = true }
        try await write.value
        #expect(try await workbook.read(CellRange(tab: "a"), of: key, .load).rows == [["new"]])
        #expect(try await early.value.rows == [["old"]])
    }

    @Test("a read lasts as long as the most patient of those who wait for it")
    func sharedDeadline() async throws {
        let time = ManualTime(start: .origin)
        let google = ScriptedGoogle([
            .success(.refusal(503, headers: ["Retry-After": "20"])),
            .success(.json(#"{"valueRanges":[{"values":[["x"]]}]}"#)),
        ])
        google.answers.withLock { $0 = false }
        let workbook = try google.workbook(time: time)
        let hasty = CallContext(priority: .interactive, deadline: .seconds(5))
        let first = Task { try await workbook.read(CellRange(tab: "a"), of: key, hasty) }
        await google.arrivals.until { $0 == 1 }
        let second = Task { try await workbook.read(CellRange(tab: "a"), of: key, .load) }
        await workbook.readsInFlight.first?.callers.until { $0 == 2 }
        google.answers.withLock { $0 = true }
        let flow = Task { while !Task.isCancelled { await time.advance(by: .milliseconds(100)) } }
        defer { flow.cancel() }
        await #expect(throws: WorkbookError.self) { try await first.value }
        #expect(try await second.value.rows == [["x"]])
        #expect(google.requests.count == 2)
    }

    @Test("a write that is given up after it was sent may have been applied, and says so", arguments: [true, false])
    func cancelledWrite(isAppend: Bool) async throws {
        let google = ScriptedGoogle([.success(.json("{}"))])
        google.answers.withLock { $0 = false }
        let workbook = try google.workbook()
        let key = key
        let write = Task {
            await Self.result { () async throws(WorkbookError) in
                if isAppend {
                    _ = try await workbook.append([.text("x")], to: CellRange(tab: "a"), of: key, .load)
                } else {
                    try await workbook.write(
                        [CellWrite(tab: "a", column: Column(0), row: 1, value: .clear)], to: key, .load)
                }
            }
        }
        await google.arrivals.until { $0 == 1 }
        write.cancel()
        guard case .failure(.ambiguous) = await write.value else { throw UnexpectedOutcome("\(await write.value)") }
    }

    @Test("an export waits for another one no longer than its deadline")
    func exportDeadline() async throws {
        let time = ManualTime(start: .origin)
        let google = ScriptedGoogle([.success(.directory(["a": 0])), .success(.json("%PDF-"))])
        let workbook = try google.workbook(time: time)
        let range = try #require(CellRange(a1: "a!A1:B2"))
        _ = try await workbook.directory(of: key, .load)
        google.answers.withLock { $0 = false }
        let first = Task { try await workbook.export(range, of: key, .background) }
        await google.arrivals.until { $0 == 2 }
        let hasty = CallContext(priority: .interactive, deadline: .seconds(5))
        let second = Task { try await workbook.export(range, of: key, hasty) }
        let flow = Task { while !Task.isCancelled { await time.advance(by: .milliseconds(500)) } }
        await #expect(throws: WorkbookError.transient("pdf_request_failed:no time left")) { try await second.value }
        flow.cancel()
        google.answers.withLock { $0 = true }
        #expect(try await first.value == Array("%PDF-".utf8))
    }

    @Test("tokens are bought once for many calls, and again five minutes before they end")
    func tokens() async throws {
        let time = ManualTime(start: .origin)
        let google = ScriptedGoogle(Array(repeating: .success(.json(#"{"valueRanges":[{}]}"#)), count: 12))
        let workbook = try google.workbook(time: time)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<10 {
                group.addTask { _ = try await workbook.read(CellRange(tab: "t\(number)"), of: key, .load) }
            }
            try await group.waitForAll()
        }
        #expect(google.tokensSold == 1)
        await time.advance(by: .seconds(3299))
        _ = try await workbook.read(CellRange(tab: "a"), of: key, .load)
        #expect(google.tokensSold == 1)
        await time.advance(by: .seconds(2))
        _ = try await workbook.read(CellRange(tab: "b"), of: key, .load)
        #expect(google.tokensSold == 2)
    }

    private static func result<Answer>(
        _ body: () async throws(WorkbookError) -> Answer
    ) async -> Result<Answer, WorkbookError> {
        do throws(WorkbookError) { return .success(try await body()) } catch { return .failure(error) }
    }
}
