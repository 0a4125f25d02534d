import Glibc
import JSON
import Service
import Synchronization

/// Writes every request with its answer as one line of JSON into a file of its own, on a thread of its own.
///
/// Each line has `method`, `path` (OpenAPI's spelling), `url` (the path as sent), `query`, `content_type`, `request` (the
/// JSON body or `payload_json`), `files`, `status` and `response`.
final class TrafficRecorder: Sendable {
    private let thread = DedicatedThread(name: "traffic")
    private let descriptor: Int32

    private static let counter = Atomic(0)

    /// Makes a file in `folder`, which must exist; nil if it cannot be made.
    init?(folder: String) {
        let number = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
        descriptor = open(
            "\(folder)/traffic-\(getpid())-\(number).jsonl", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return nil }
    }

    /// Queues a line.
    func write(_ record: RequestRecord) {
        let bytes = record.line.encoded() + [0x0A]
        let descriptor = descriptor
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

    /// Writes what is queued and closes the file.
    func close() async {
        let descriptor = descriptor
        try? await thread.run { _ = Glibc.close(descriptor) }
        thread.stop()
    }
}
