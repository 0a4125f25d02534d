import HTTPClient
import JSON
import Service
import Synchronization

@testable import Discord

/// Answers requests by a script and remembers them.
final class ScriptedHTTP: HTTPTransport {
    typealias Step = Result<HTTPResponse, HTTPError>

    private let state: Mutex<(steps: [Step], requests: [HTTPRequest])>

    /// After the last step, the last step is repeated.
    init(_ steps: [Step]) {
        state = Mutex((steps, []))
    }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let step = state.withLock { state in
            state.requests.append(request)
            return state.steps.count > 1 ? state.steps.removeFirst() : state.steps[0]
        }
        return try step.get()
    }
}

extension HTTPResponse {
    static func json(_ status: Int, _ body: JSONValue, headers: HTTPHeaders = [:]) -> HTTPResponse {
        HTTPResponse(status: status, headers: headers, body: body.encoded())
    }

    static let message = json(
        200,
        [
            "id": "7", "channel_id": "5", "content": "hi", "timestamp": "2026-01-02T03:04:05.000000+00:00", "type": 0,
            "author": ["id": "3", "username": "ayla"],
        ])
}

/// Moves time on until the call has ended.
func result<Value: Sendable>(
    of time: ManualTime, _ call: @escaping @Sendable () async throws(RESTError) -> Value
) async -> Result<Value, RESTError> {
    return await withTaskGroup(of: Result<Value, RESTError>?.self) { group in
        let done = Done()
        group.addTask {
            defer { done.set() }
            do throws(RESTError) { return .success(try await call()) } catch { return .failure(error) }
        }
        group.addTask {
            while !done.isSet { await time.advance(by: .milliseconds(100)) }
            return nil
        }
        var outcome: Result<Value, RESTError>?
        for await result in group { outcome = result ?? outcome }
        return outcome ?? .failure(.cancelled)
    }
}

private final class Done: Sendable {
    private let flag = Atomic<Bool>(false)
    var isSet: Bool { flag.load(ordering: .acquiring) }
    func set() { flag.store(true, ordering: .releasing) }
}

extension RESTClient {
    static func scripted(_ transport: any HTTPTransport, _ time: ManualTime, metrics: Metrics = Metrics()) -> RESTClient
    {
        RESTClient(
            Configuration(token: "secret", projectURL: "https://example.org", projectVersion: "1"),
            transport: transport, time: time, metrics: metrics, logger: .silent, activity: nil,
            retries: RetryPolicy(), jitter: { 1 })
    }
}
