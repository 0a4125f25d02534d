import Bot
import DiscordSimulator
import JSON
import Service
import Synchronization
import WebServer

@testable import woadkeeper

/// What differs from the usual stage.
struct Scenery: Sendable {
    /// The guild.
    var world = SampleGuild.blueprint()
    /// How the simulated Discord behaves.
    var options = Self.quickOptions
    /// The wall clock of the bot and of the simulated Discord.
    var calendar: any TimeSource = CalendarTime()
    /// The transport time of bot and simulated Discord; a scenario that hands in its own moves it.
    var transport: any TimeSource = TransportTime()
    /// Whether the bot reaches the workbook by way of the simulated Google, instead of as a folder. What people do to the
    /// files of the folder is seen either way.
    /// Nil leaves it to the rule: the folder, unless `WOADKEEPER_BACKEND=google`.
    var usesGoogle: Bool?
    /// Work in hand of the bot; a clock that is moved by hand waits for it.
    var activity = ActivityCounter()
    /// The address that the bot listens on.
    var host = "127.0.0.1"
    /// The port that the bot listens on; nil takes `PORT`.
    var port: Int? = 0
    /// Features of the scenario's own, beside those of the program.
    var additions: [any Feature] = []
    /// Puts more routes beside those of the simulated Discord.
    var addRoutes: @Sendable (inout WebRoutes) -> Void = { _ in }
    /// Changes the limits of the bot's HTTP server.
    var adjustServer: @Sendable (inout WebServer.Options) -> Void = { _ in }

    /// Whether a scenario that does not care reaches the workbook by way of the simulated Google.
    static let isGoogleTheRule = RunCommand.processEnvironment()["WOADKEEPER_BACKEND"] == "google"

    /// Discord's behaviour, but for buckets of twenty times the size, so that a scenario with many messages in one channel
    /// does not wait for them; those about limits take Discord's own.
    static let quickOptions: Simulator.Options = {
        var options = Simulator.Options()
        options.bucketScale = 20
        return options
    }()

    /// A usual stage whose wall clock stands still until the scenario moves it.
    /// - Parameter start: what the clock shows first, by default 2026-11-25T10:00:00Z, a Wednesday.
    static func clocked(
        at start: Timestamp = Timestamp(milliseconds: 1_795_600_800_000)
    ) -> (scenery: Scenery, clock: ManualTime) {
        let activity = ActivityCounter()
        let clock = ManualTime(start: start, activity: activity)
        return (Scenery(calendar: clock, activity: activity), clock)
    }
}

extension Scenery {
    /// The workbook as a folder, whatever the rule: for scenarios that say `local`, that put something else where a tab
    /// was, which costs Google the whole spreadsheet, or that start more processes in a minute than its quota has reads for.
    static let folder = Scenery(usesGoogle: false)

    /// The morning to which the sample workbook belongs: 2026-03-16T08:00:00Z, a Monday.
    static let sampleMorning = Timestamp(milliseconds: 1_773_648_000_000)
}

/// Transport time on which so many seconds pass within one.
struct HastyTime: TimeSource {
    let factor: Int
    private let start = TransportTime().now

    init(factor: Int) { self.factor = factor }

    var now: Timestamp { start + (TransportTime().now - start) * factor }

    func sleep(until deadline: Timestamp) async throws {
        try await TransportTime().sleep(until: start + (deadline - start) / factor)
    }
}

/// Keeps what a sink writes, in place of standard output.
final class StandardOutput: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    /// Takes a chunk of whole lines.
    @Sendable func take(_ chunk: [UInt8]) { bytes.withLock { $0 += chunk } }

    /// The lines so far, each a JSON object.
    var lines: [JSONValue] {
        get throws {
            try bytes.withLock { $0 }.split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: Array($0)) }
        }
    }

    /// Everything so far, as it stands.
    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
}

/// Hands records to a memory and to a sink that writes lines.
struct BothSinks: LogSink {
    private let memory: LogMemory
    private let lines: JSONLineSink

    init(_ memory: LogMemory, _ lines: JSONLineSink) {
        (self.memory, self.lines) = (memory, lines)
    }

    func write(_ record: LogRecord) {
        lines.write(record)
        memory.write(record)
    }

    /// Returns once the lines of everything written so far are there.
    func flush() async { await lines.flush() }
}
