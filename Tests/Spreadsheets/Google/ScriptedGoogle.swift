import FoundationEssentials
import HTTPClient
import Service
import Synchronization

@testable import Spreadsheets

/// Plays Google: sells tokens, and answers each call with the next line of a script.
final class ScriptedGoogle: HTTPTransport {
    typealias Answer = Result<HTTPResponse, HTTPError>

    private struct State {
        var script: [Answer]
        var tokens = 0
        var requests: [HTTPRequest] = []
    }

    private let state: Mutex<State>
    /// How many calls, tokens aside, have arrived.
    let arrivals = Awaitable(0)
    /// While false, calls wait for their answers.
    let answers = Awaitable(true)

    init(_ script: [Answer]) {
        state = Mutex(State(script: script))
    }

    /// The calls so far, tokens aside.
    var requests: [HTTPRequest] { state.withLock { $0.requests } }
    /// How many tokens were sold.
    var tokensSold: Int { state.withLock { $0.tokens } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        if request.url.hasSuffix("/token") { return sellToken() }
        let answer = state.withLock { state -> Answer in
            state.requests.append(request)
            return state.script.isEmpty ? .failure(.connectionFailed("end of script")) : state.script.removeFirst()
        }
        arrivals.withLock { $0 += 1 }
        await answers.until { $0 }
        if Task.isCancelled { throw .cancelled }
        return try answer.get()
    }

    private func sellToken() -> HTTPResponse {
        let number = state.withLock { state in
            state.tokens += 1
            return state.tokens
        }
        return .json(#"{"access_token":"token-\#(number)","expires_in":3600,"token_type":"Bearer"}"#)
    }

    /// A workbook that talks to this script. Pauses are real but short.
    func workbook(
        attempts: Int = 3, limits: GoogleWorkbook.Limits = .init(), time: any TimeSource = TransportTime()
    ) throws -> GoogleWorkbook {
        GoogleWorkbook(
            account: try ServiceAccount(parsing: TestAccount.json), transport: self,
            options: .init(
                addresses: .init(sheets: "http://sheets", drive: "http://drive", token: "http://google/token"),
                limits: limits,
                pace: { .init(retries: RetryPolicy(attempts: attempts, base: .milliseconds(1))) }),
            transportTime: time)
    }
}

extension HTTPResponse {
    static func json(_ text: String, status: Int = 200, headers: HTTPHeaders = [:]) -> HTTPResponse {
        HTTPResponse(status: status, headers: headers, body: Array(text.utf8))
    }

    /// An error as Google words it.
    static func refusal(_ status: Int, _ message: String = "no", headers: HTTPHeaders = [:]) -> HTTPResponse {
        .json(
            #"{"error":{"code":\#(status),"message":"\#(message)","status":"WORD"}}"#, status: status, headers: headers)
    }
}

extension HTTPRequest {
    /// What was sent, as text.
    var text: String {
        guard case .bytes(let bytes, _) = body else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension HTTPResponse {
    /// The answer of `spreadsheets.get` for tabs and their numbers.
    static func directory(_ tabs: KeyValuePairs<String, Int>) -> HTTPResponse {
        let sheets = tabs.map { title, id in
            #"{"properties":{"sheetId":\#(id),"title":"\#(title)","gridProperties":{"rowCount":10,"columnCount":4}}}"#
        }
        return .json(#"{"properties":{"title":"t"},"sheets":[\#(sheets.joined(separator: ","))]}"#)
    }
}

/// What a test did not expect.
struct UnexpectedOutcome: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
