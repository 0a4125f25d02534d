import JSON
import Service
import Spreadsheets
import WebServer

/// The HTTP side: reads a request, holds it against token, sharing and quota, runs it, writes the answer.
final class SheetsServer: Sendable {
    /// Google refuses longer bodies much later; nothing that a bot sends comes near.
    private static let maximumBody = 10 << 20
    /// Parameters that every method of Google's takes.
    private static let standardParameters: Set<String> = [
        "alt", "fields", "prettyPrint", "quotaUser", "key", "access_token", "oauth_token", "callback", "uploadType",
        "upload_protocol", "$.xgafv",
    ]

    private let grid: SheetsGrid
    private let sharing: SheetsSharing
    private let desk: TokenDesk
    private let quotas: SheetsQuotas
    private let faults: SheetsFaults
    private let log: SheetsRequestLog
    private let transport: any TimeSource
    private let activity: ActivityCounter

    init(
        workbook: LocalWorkbook, sharing: SheetsSharing, desk: TokenDesk, quotas: SheetsQuotas, faults: SheetsFaults,
        log: SheetsRequestLog, transport: any TimeSource, activity: ActivityCounter
    ) {
        grid = SheetsGrid(workbook: workbook)
        (self.sharing, self.desk, self.quotas, self.faults) = (sharing, desk, quotas, faults)
        (self.log, self.transport, self.activity) = (log, transport, activity)
    }

    func addRoutes(to routes: inout WebRoutes) {
        routes.on("POST", "/token") { await self.sellToken($0) }
        routes.on("GET", "/spreadsheets/d/:id/export") { await self.export($0) }
        let base = "/v4/spreadsheets/:id"
        let sheets: [(method: String, pattern: String)] = [
            ("GET", base), ("POST", base), ("GET", base + "/values:batchGet"), ("POST", base + "/values:batchUpdate"),
            ("POST", base + "/values:batchClear"), ("GET", base + "/values/:range"), ("PUT", base + "/values/:range"),
            ("POST", base + "/values/:range"),
        ]
        for route in sheets {
            routes.on(route.method, route.pattern, maximumBodyBytes: Self.maximumBody) { await self.handle($0) }
        }
    }

    // MARK: Sheets

    private func handle(_ request: WebRequest) async -> WebResponse {
        guard let call = SheetsCall(request) else { return .text("Not Found", status: 404) }
        let body = request.body.isEmpty ? nil : try? JSONValue(parsing: request.body)
        let record = SheetsRequest(
            operation: call.operation.rawValue, method: request.method, path: call.operation.path,
            query: call.query.map { [.string($0.name), .string($0.value)] }, body: body, status: 0)
        return await answering(record) { () async throws(SheetsError) in
            guard self.desk.admits(request.header("Authorization")) else { throw .unauthenticated }
            try self.quotas.admit(isWrite: call.operation.isWrite)
            if !request.body.isEmpty, body == nil { throw .invalid("Invalid JSON payload received.") }
            for (name, _) in call.query
            where !Self.standardParameters.contains(name) && !call.operation.parameters.contains(name) {
                throw .invalid("Invalid JSON payload received. Unknown name \"\(name)\": Cannot bind query parameter.")
            }
            let folder = try self.sharing.folder(of: call.spreadsheet, writing: call.operation.isWrite)
            return try await self.grid.perform(call, in: SpreadsheetKey(folder), body ?? .null)
        }
    }

    private func sellToken(_ request: WebRequest) async -> WebResponse {
        // The claim is no secret worth keeping, but a record without it is worth as much.
        let record = SheetsRequest(operation: "token", method: "POST", path: "token", query: [], status: 0)
        return await withFaults(record) {
            let answer = self.desk.sell(request)
            return (.json(answer.body.encoded(), status: answer.status), answer.body)
        }
    }

    private func export(_ request: WebRequest) async -> WebResponse {
        let record = SheetsRequest(
            operation: "export", method: "GET", path: "spreadsheets/d/{spreadsheetId}/export",
            query: request.query.map { [.string($0.name), .string($0.value)] }, status: 0)
        return await withFaults(record) {
            // The file service is no API: it sends those who may not read to a page where they can sign in.
            guard self.desk.admits(request.header("Authorization")) else {
                return (.bytes(Array("<!doctype html><title>Sign in</title>".utf8), contentType: "text/html"), nil)
            }
            do throws(SheetsError) {
                let folder = try self.sharing.folder(of: request.parameters["id"] ?? "", writing: false)
                let document = try await self.grid.export(
                    in: SpreadsheetKey(folder), sheetID: request.queryValue("gid").flatMap { Int($0) },
                    range: request.queryValue("range"), format: request.queryValue("format"))
                return (.bytes(document, contentType: "application/pdf"), nil)
            } catch {
                return (.bytes(Array("<!doctype html>".utf8), contentType: "text/html", status: error.status), nil)
            }
        }
    }

    // MARK: Faults and records

    private func answering(
        _ record: SheetsRequest, _ body: @escaping @Sendable () async throws(SheetsError) -> JSONValue
    ) async -> WebResponse {
        await withFaults(record) {
            do throws(SheetsError) {
                let answer = try await body()
                return (.json(answer.encoded()), answer)
            } catch {
                return (.json(error.body.encoded(), status: error.status), error.body)
            }
        }
    }

    private func withFaults(
        _ record: SheetsRequest, _ answer: () async -> (WebResponse, JSONValue?)
    ) async -> WebResponse {
        activity.begin()
        defer { activity.end() }
        let fault = faults.take(record)
        switch fault {
        case .status(let status, let retryAfter)?:
            let error = SheetsError(status: status, word: "SIMULATED", message: "fault on purpose")
            var response = WebResponse.json(error.body.encoded(), status: status)
            if let retryAfter { response.headers.append(("Retry-After", "\(retryAfter)")) }
            return finish(response, error.body, record, nil)
        case .refusal(let status, let words)?:
            let error = SheetsError(status: status, word: "SIMULATED", message: words)
            return finish(.json(error.body.encoded(), status: status), error.body, record, nil)
        case .lostBeforeApplying?:
            return finish(.text(""), nil, record, fault)
        case .slow(let duration)?:
            try? await transport.sleep(for: duration)
        case .appliedThenStatus, .lostAfterApplying, .resetInBody, nil:
            break
        }
        let (response, body) = await answer()
        if case .appliedThenStatus(let status)? = fault {
            let error = SheetsError(status: status, word: "SIMULATED", message: "fault on purpose")
            return finish(.json(error.body.encoded(), status: status), error.body, record, nil)
        }
        return finish(response, body, record, fault)
    }

    private func finish(
        _ response: WebResponse, _ body: JSONValue?, _ record: SheetsRequest, _ fault: SheetsFault?
    ) -> WebResponse {
        var (response, record) = (response, record)
        (record.status, record.response) = (response.status, body)
        switch fault {
        case .lostBeforeApplying?, .lostAfterApplying?:
            response.breaksOffAfter = 0
            (record.status, record.response) = (0, nil)
        case .resetInBody?:
            // Past the head, which is shorter than this, and before the end of the body.
            response.body += Array(repeating: UInt8(ascii: " "), count: 4096)
            response.breaksOffAfter = 2048
            (record.status, record.response) = (0, nil)
        default: break
        }
        log.append(record)
        return response
    }
}
