import Bot
import Configuration
import Discord
import DiscordSimulator
import Glibc
import HTTPClient
import JSON
import Journal
import Service
import SheetsSimulator
import Synchronization
import Testing
import WebServer

@testable import woadkeeper

/// The whole bot against the simulated guild, over loopback sockets, for one scenario.
///
/// ```swift
/// try await Stage.play { stage in
///     let ayla = stage.person(311)
///     try await ayla.says("!clan WKAS", in: SampleGuild.hearth)
///     let card = try await stage.sees(ayla, in: SampleGuild.hearth) { !$0.embeds.isEmpty }
/// }
/// ```
///
/// A scenario that looks at nothing that the bot shows, at no message, no answer and no exit, fails by itself.
final class Stage: Sendable {
    /// The simulated Discord.
    let simulator: Simulator
    /// The simulated Google; nil where the workbook is a folder.
    let sheets: SheetsSimulator?
    /// Every log record of the bot.
    let log = LogMemory()
    /// What the program would have written to standard output.
    let output = StandardOutput()
    /// The client that asks the bot's own routes.
    let http = HTTPClient()
    /// The folder with workbook and journal.
    let folder: DemoFolder

    /// What the bot is started with.
    let environment: [String: String]
    private let house = Mutex<(House, Task<Void, any Error>)?>(nil)
    private let observations = Mutex(0)
    private let sink: BothSinks
    private let lineSink: JSONLineSink
    private let scenery: Scenery
    private let exits = AsyncStream<Int32>.makeStream(bufferingPolicy: .bufferingNewest(4))

    private static let places = Places(count: 4)

    /// Plays a scenario: opens the stage, waits until the bot is ready, plays, and clears everything away.
    /// - Parameters:
    ///   - scenery: what differs from the usual stage.
    ///   - startsBot: false leaves the start to the scenario.
    ///   - prepare: runs before the bot starts, on the simulator that it will find.
    static func play(
        _ overrides: [String: String] = [:], on scenery: Scenery = Scenery(), startsBot: Bool = true,
        waitsUntilReady: Bool = true,
        prepare: (Stage) async throws -> Void = { _ in }, sourceLocation: SourceLocation = #_sourceLocation,
        _ body: (Stage) async throws -> Void
    ) async throws {
        await places.take()
        let stage = try await Stage(overrides, scenery)
        do {
            try await prepare(stage)
            if startsBot { try await stage.startBot(waitsUntilReady: waitsUntilReady) }
            try await body(stage)
        } catch {
            Issue.record(error, sourceLocation: sourceLocation)
        }
        await stage.close()
        await places.giveBack()
        if stage.observations.withLock({ $0 }) == 0 {
            Issue.record(
                "the scenario looked at no message, at no answer and at no exit", sourceLocation: sourceLocation)
        }
    }

    private init(_ overrides: [String: String], _ scenery: Scenery) async throws {
        self.scenery = scenery
        let recording = RunCommand.processEnvironment()["WOADKEEPER_TRAFFIC"]
        if let recording { mkdir(recording, 0o755) }
        var options = scenery.options
        options.recordingFolder = recording
        folder = try DemoFolder(from: Self.root + "/Demo/Workbook")
        simulator = Simulator(
            world: scenery.world, options: options, calendar: scenery.calendar, transport: scenery.transport)
        try folder.markJobs(as: scenery.calendar.now, unless: scenery.calendar is ManualTime)
        let urls = try await simulator.start(adding: scenery.addRoutes)
        var variables = SampleEnvironment.variables(api: urls.api, cdn: urls.cdn, folder: folder)
        if scenery.usesGoogle ?? Scenery.isGoogleTheRule {
            let google = try SheetsSimulator(
                folder: folder.workbook, spreadsheets: SimulatedSheets.spreadsheets,
                options: .init(recordingFolder: recording), calendar: scenery.calendar)
            variables["WORKBOOK"] = nil
            variables.merge(SimulatedSheets.variables(try await google.start(), google.credentials)) { $1 }
            // Whoever does not care does not wait between attempts either.
            if scenery.usesGoogle == nil { variables["GSHEETS_RETRY_BASE"] = "0" }
            sheets = google
        } else {
            sheets = nil
        }
        environment = variables.merging(overrides) { $1 }
        lineSink = JSONLineSink(options: RunCommand.lineOptions(environment), output: output.take)
        sink = BothSinks(log, lineSink)
    }

    /// The repository's folder.
    static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    // MARK: The bot

    /// Starts the bot, or starts it again.
    func startBot(_ overrides: [String: String] = [:], waitsUntilReady: Bool = true) async throws {
        let house = try await House.open(
            House.Surroundings(
                environment: environment.merging(overrides) { $1 }, sink: sink, calendar: scenery.calendar,
                transport: scenery.transport, activity: scenery.activity, port: scenery.port, host: scenery.host,
                exit: { [exits] in _ = exits.continuation.yield($0) }, additions: scenery.additions,
                adjustServer: scenery.adjustServer))
        let life = Task { try await house.run() }
        self.house.withLock { $0 = (house, life) }
        if waitsUntilReady { await house.waitUntilReady() }
    }

    /// Stops the bot as a signal does.
    func stopBot() async {
        guard
            let (house, life) = house.withLock({ house in
                defer { house = nil }
                return house
            })
        else { return }
        await house.stop(reason: "signal")
        _ = try? await life.value
    }

    /// Waits until the bot serves.
    func waitUntilReady() async {
        await house.withLock { $0 }?.0.waitUntilReady()
    }

    /// The status with which the bot ended the process by itself, once it did; nil if it does not.
    func exitStatus() async -> Int32? {
        observations.withLock { $0 += 1 }
        let alarm = Task { [exits] in
            try await Task.sleep(for: .seconds(20))
            exits.continuation.finish()
        }
        defer { alarm.cancel() }
        return await exits.stream.first { _ in true }
    }

    /// Counts as looking: a scenario about the workbook looks at what stands in it.
    func looks() { observations.withLock { $0 += 1 } }

    /// The lines of standard output so far.
    func lines() async throws -> [JSONValue] {
        await sink.flush()
        return try output.lines
    }

    /// Why the bot ended by itself; waits until it has.
    func ending() async throws -> String {
        let life = try #require(house.withLock { $0 }).1
        do {
            try await life.value
            return ""
        } catch {
            return "\(error)"
        }
    }

    private func close() async {
        // What the bot still waits for while it stops, it waits for in its own time.
        let flow = (scenery.transport as? ManualTime).map { time in
            Task { while !Task.isCancelled { await time.advance(by: .seconds(1)) } }
        }
        await stopBot()
        flow?.cancel()
        exits.continuation.finish()
        await simulator.stop()
        await sheets?.stop()
        await http.shutdown()
        lineSink.close()
        folder.remove()
    }

    /// What the bot was composed of.
    var features: [any Feature] {
        get throws { try #require(house.withLock { $0 }).0.features }
    }

    /// The port of the bot's own server.
    var port: Int {
        get throws { try #require(house.withLock { $0 }).0.port }
    }

    /// The bot's durable records.
    var journal: Journal {
        get throws { try #require(house.withLock { $0 }).0.journal }
    }

    /// Asks one of the bot's routes.
    func get(_ path: String) async throws -> HTTPResponse {
        observations.withLock { $0 += 1 }
        let port = try self.port
        return try await http.send(HTTPRequest(.get, "http://\(scenery.host):\(port)\(path)"))
    }

    // MARK: What people see

    /// A person of the sample guild by the number of its description.
    func person(_ number: Int) -> Person { simulator.person(SampleGuild.id(number)) }

    /// The bot's newest fitting message that a person sees, once it is there.
    @discardableResult
    func sees(
        _ person: Person, in channel: WorldID, after: SimulatedMessage? = nil, within limit: Duration = .seconds(10),
        where fits: @escaping @Sendable (SimulatedMessage) -> Bool = { _ in true }
    ) async throws -> SimulatedMessage {
        observations.withLock { $0 += 1 }
        return try await person.awaitsMessage(
            in: channel, from: SampleGuild.bot, after: after, within: limit, where: fits)
    }

    /// A message in the state that is waited for.
    @discardableResult
    func sees(
        _ person: Person, _ message: SimulatedMessage, within limit: Duration = .seconds(10),
        becoming fits: @escaping @Sendable (SimulatedMessage) -> Bool
    ) async throws -> SimulatedMessage {
        observations.withLock { $0 += 1 }
        return try await person.awaitsMessage(in: message.channelID, within: limit) {
            $0.id == message.id && fits($0)
        }
    }

    /// The bot's messages that a person sees now.
    func botMessages(_ person: Person, in channel: WorldID) async -> [SimulatedMessage] {
        observations.withLock { $0 += 1 }
        return await person.seesMessages(in: channel).filter { $0.author == SampleGuild.bot }
    }

    /// Lets the bot answer a ping, by which time everything said before was dealt with in this channel.
    func settles(_ person: Person, in channel: WorldID, within limit: Duration = .seconds(10)) async throws {
        let ping = try await person.says("<@\(SampleGuild.bot)> ping", in: channel)
        try await sees(person, ping, within: limit) { $0.has("🏓") }
    }
}

/// At most this many stages stand at once.
private actor Places {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(count: Int) { free = count }

    func take() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func giveBack() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}

extension SimulatedMessage {
    /// Whether it carries a reaction with this emoji.
    func has(_ emoji: String) -> Bool { reactions.contains { $0.emoji.name == emoji } }

    /// The titles of its embeds.
    var titles: [String] { embeds.compactMap { $0["title"]?.string } }
}

extension HTTPResponse {
    /// The body as text.
    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON.
    var json: JSONValue { get throws { try JSONValue(parsing: body) } }
}
