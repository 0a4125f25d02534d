import Discord
public import Journal
public import Service

/// When jobs last succeeded, kept where the next process finds it: in the journal, and in the Config tab because the
/// journal may vanish with its disk. The later of the two counts (runtime chapter, item B21).
public struct JobMarkers: Sendable {
    private let journal: Journal
    private let readSheet: @Sendable (String) -> String?
    private let writeSheet: @Sendable (String, String) async throws -> Void
    private let logger: Logger

    /// Creates the markers.
    /// - Parameters:
    ///   - readSheet: gives the value of a row of the Config tab by its key.
    ///   - writeSheet: writes the value of such a row.
    public init(
        journal: Journal, readSheet: @escaping @Sendable (String) -> String?,
        writeSheet: @escaping @Sendable (String, String) async throws -> Void, logger: Logger
    ) {
        self.journal = journal
        self.readSheet = readSheet
        self.writeSheet = writeSheet
        self.logger = logger
    }

    /// The key of a job's row in the recruitment Config tab.
    public static func key(of job: String) -> String { "JOB_LAST_RUN_" + job.uppercased() }

    /// When a job last succeeded; nil if nobody knows.
    func last(of job: String) async -> Timestamp? {
        var marks = [readSheet(Self.key(of: job))]
        do {
            marks.append(try await journal.value(for: Self.key(of: job)))
        } catch {
            logger.warning("job marker unreadable", ["job": .string(job)], error: error)
        }
        return marks.compactMap { $0.flatMap { Timestamp(iso8601: $0) } }.max()
    }

    /// Notes that a job succeeded. A marker that cannot be written is a warning and fails nothing.
    func note(_ job: String, at time: Timestamp) async {
        let key = Self.key(of: job)
        do {
            try await journal.setValue(time.iso8601, for: key)
        } catch {
            logger.warning("job marker not journalled", ["job": .string(job)], error: error)
        }
        do {
            try await writeSheet(key, time.iso8601)
        } catch {
            logger.warning("job marker not written", ["job": .string(job)], error: error)
        }
    }
}
