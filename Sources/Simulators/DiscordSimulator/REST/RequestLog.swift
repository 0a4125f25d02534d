public import JSON
import Service
import Synchronization

/// One request to the API and its answer.
public struct RequestRecord: Sendable, Hashable {
    /// The HTTP method.
    public var method: String
    /// The path as sent, decoded, without `/api/v10`.
    public var path: String
    /// The path in OpenAPI's spelling, for example `/channels/{channel_id}/messages`; nil for unknown paths.
    public var template: String?
    /// The query as sent, decoded.
    public var query: [String: String]
    /// The content type of the request.
    public var contentType: String?
    /// The `X-Audit-Log-Reason` header, decoded.
    public var reason: String?
    /// The bot that called; nil for routes whose token is in the path and for wrong tokens.
    public var bot: WorldID?
    /// The JSON body or `payload_json`; nil without one.
    public var body: JSONValue?
    /// Names of uploaded files.
    public var files: [String]
    /// The status answered; 0 where the connection was dropped on purpose.
    public var status: Int
    /// The header fields answered.
    public var responseHeaders: [String: String]
    /// The JSON body answered; nil without one.
    public var response: JSONValue?

    /// The record as one JSON object, for checks against the API description.
    var line: JSONValue {
        [
            "method": .string(method), "path": .text(template ?? path), "url": .string(path),
            "query": .object(JSONObject(query.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
            "content_type": .text(contentType), "request": body ?? .null,
            "files": .array(files.map { .string($0) }), "status": .int(status), "response": response ?? .null,
        ]
    }
}

/// The latest requests, for tests to look at, and if wanted all of them in a file.
public final class RequestLog: Sendable {
    private static let limit = 10_000
    private let records = Mutex<[RequestRecord]>([])
    private let recorder: TrafficRecorder?

    init(recorder: TrafficRecorder?) {
        self.recorder = recorder
    }

    /// The latest requests, oldest first.
    public var all: [RequestRecord] { records.withLock { $0 } }

    /// The latest requests with a method and an OpenAPI path, for example `POST` and `/channels/{channel_id}/messages`.
    public func matching(_ method: String, _ template: String) -> [RequestRecord] {
        all.filter { $0.method == method && $0.template == template }
    }

    func append(_ record: RequestRecord) {
        records.withLock { records in
            records.append(record)
            if records.count > Self.limit * 2 { records.removeFirst(Self.limit) }
        }
        recorder?.write(record)
    }

    /// Waits until everything is in the file.
    func flush() async { await recorder?.close() }
}
