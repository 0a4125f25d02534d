import Glibc
public import JSON
import Service
import Synchronization

/// One request to Google and its answer.
public struct SheetsRequest: Sendable, Hashable {
    /// The operation in Google's spelling, for example `values.batchGet`; empty for unknown paths.
    public var operation: String
    /// The HTTP method.
    public var method: String
    /// The path in the spelling of Google's discovery document, for example
    /// `v4/spreadsheets/{spreadsheetId}/values/{range}`.
    public var path: String
    /// The query's pairs, decoded, in order.
    public var query: [JSONValue]
    /// The JSON body; nil without one.
    public var body: JSONValue?
    /// The status answered; 0 where the connection was dropped on purpose.
    public var status: Int
    /// The JSON answered; nil without any.
    public var response: JSONValue?

    /// The record as one JSON object, for checks against the API description.
    var line: JSONValue {
        [
            "operation": .string(operation), "method": .string(method), "path": .string(path), "query": .array(query),
            "request": body ?? .null, "status": .integer(Int64(status)), "response": response ?? .null,
        ]
    }
}

/// The latest requests, for tests to look at, and if wanted all of them in a file.
public final class SheetsRequestLog: Sendable {
    private static let limit = 10_000
    private static let counter = Atomic(0)

    private let records = Mutex<[SheetsRequest]>([])
    private let thread = DedicatedThread(name: "sheets-traffic")
    private let descriptor: Int32

    init(recordingFolder: String?) {
        let number = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
        descriptor =
            recordingFolder.map {
                open("\($0)/sheets-\(getpid())-\(number).jsonl", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
            } ?? -1
    }

    /// The latest requests, oldest first.
    public var all: [SheetsRequest] { records.withLock { $0 } }

    /// Forgets what was asked so far; a file of all requests keeps it.
    public func clear() { records.withLock { $0 = [] } }

    /// The latest requests of an operation.
    public func matching(_ operation: String) -> [SheetsRequest] { all.filter { $0.operation == operation } }

    func append(_ record: SheetsRequest) {
        records.withLock { records in
            records.append(record)
            if records.count > Self.limit * 2 { records.removeFirst(Self.limit) }
        }
        guard descriptor >= 0 else { return }
        let (descriptor, bytes) = (descriptor, record.line.encoded() + [0x0A])
        thread.enqueue {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                // A full disk costs the recording, not the simulation.
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }

    func close() async {
        let descriptor = descriptor
        try? await thread.run { if descriptor >= 0 { _ = Glibc.close(descriptor) } }
        thread.stop()
    }
}
