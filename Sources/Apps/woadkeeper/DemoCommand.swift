import DiscordSimulator
import Glibc
import Service
import WebServer

/// `woadkeeper demo`: a simulated guild with its chat page, a copy of the sample workbook, and the bot.
enum DemoCommand {
    struct Options {
        var port = 8080
        var isTour = false
        var isUnlimited = false
        var hasSheets = false

        /// Reads the words behind `demo` or `simulator`; nil where one is not understood.
        init?(_ arguments: some Sequence<String>) {
            var arguments = Array(arguments)[...]
            while let argument = arguments.popFirst() {
                switch argument {
                case "--tour":
                    isTour = true
                case "--unlimited":
                    isUnlimited = true
                case "--sheets":
                    hasSheets = true
                case "--port":
                    guard let port = arguments.popFirst().flatMap({ Int($0) }), (0...65535).contains(port) else {
                        return nil
                    }
                    self.port = port
                default:
                    return nil
                }
            }
        }
    }

    static func run(_ options: Options) async -> Int32 {
        do {
            let folder = try DemoFolder()
            defer { folder.remove() }
            if !options.isTour { try folder.bringLedgerUpToDate(at: CalendarTime().now) }
            // The tour has a day of its own; people who chat live in the present.
            let activity = ActivityCounter()
            let clock = options.isTour ? ManualTime(start: Tour.morning, activity: activity) : nil
            let calendar: any TimeSource = clock ?? CalendarTime()
            let simulator = Simulator(world: SampleGuild.blueprint(), calendar: calendar, transport: TransportTime())
            let urls = try await simulator.start(port: options.isTour ? 0 : options.port) { routes in
                ChatPage(simulator: simulator).addRoutes(to: &routes)
            }
            let surroundings = House.Surroundings(
                environment: SampleEnvironment.variables(api: urls.api, cdn: urls.cdn, folder: folder),
                sink: DemoLog(isQuiet: options.isTour), calendar: calendar, activity: activity, port: 0,
                host: "127.0.0.1")
            if let clock { return await tour(Tour(simulator: simulator, clock: clock), surroundings) }
            Terminal.say(
                """

                  Woadkeeper is in its simulated guild. Open this address and talk with it:

                      \(urls.page)

                  Try  !clan WKAS  in #hearth and press 💡, or  @Woadkeeper help.  Ctrl-C ends the demo.

                """)
            // The guild lives in this process, so that a reboot restarts the bot alone.
            var ending = RunCommand.Ending.reboot
            while ending == .reboot { ending = await RunCommand.serve(surroundings) }
            await simulator.stop()
            return ending == .signal ? 0 : 1
        } catch {
            Terminal.complain("demo: \(sentence(about: error))")
            return 1
        }
    }

    /// What the person at the terminal can do about it.
    static func sentence(about error: any Error) -> String {
        switch error {
        case WebServerError.portInUse(let port):
            "port \(port) is taken; choose another one with --port N (make demo PORT=N), or 0 for any"
        default: "\(error)"
        }
    }

    private static func tour(_ tour: Tour, _ surroundings: House.Surroundings) async -> Int32 {
        do {
            let house = try await House.open(surroundings)
            let isComplete = try await play(tour, in: house)
            await tour.simulator.stop()
            return isComplete ? 0 : 1
        } catch {
            Terminal.complain("demo: \(sentence(about: error))")
            return 1
        }
    }
}

extension DemoCommand {
    /// Plays the tour in a house that lives meanwhile; throws what ended the house before it.
    private static func play(_ tour: Tour, in house: House) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await house.run()
                return true
            }
            group.addTask {
                await house.waitUntilReady()
                let isComplete = Task.isCancelled ? false : await tour.play()
                await house.stop(reason: "signal")
                return isComplete
            }
            return try await group.reduce(true) { $0 && $1 }
        }
    }
}

extension Simulator.BaseURLs {
    /// The address of the chat page.
    var page: String { api.replacingSuffix("/api/v10", with: "/") }
}

extension String {
    fileprivate func replacingSuffix(_ suffix: String, with text: String) -> String {
        hasSuffix(suffix) ? dropLast(suffix.count) + text : self
    }
}

/// `woadkeeper simulator`: the simulated guild and its page, for other bots.
enum SimulatorCommand {
    static func run(_ options: DemoCommand.Options) async -> Int32 {
        let signals = TerminationSignals.install()
        do {
            let recording = RunCommand.processEnvironment()["WOADKEEPER_TRAFFIC"]
            if let recording { mkdir(recording, 0o755) }
            let simulator = Simulator(
                world: SampleGuild.blueprint(),
                options: .init(recordingFolder: recording, enforcesRateLimits: !options.isUnlimited),
                calendar: CalendarTime(), transport: TransportTime())
            let urls = try await simulator.start(port: options.port) { routes in
                ChatPage(simulator: simulator).addRoutes(to: &routes)
            }
            Terminal.say("page     \(urls.page)")
            Terminal.say("api      \(urls.api)")
            Terminal.say("gateway  \(urls.gateway)")
            let sheets = options.hasSheets ? try await SimulatedSheets.open(recordingFolder: recording) : nil
            sheets?.announce()
            Terminal.say("token    \(SampleGuild.botToken)")
            for await _ in signals { break }
            await sheets?.close()
            await simulator.stop()
            return 0
        } catch {
            Terminal.complain("simulator: \(DemoCommand.sentence(about: error))")
            return 1
        }
    }
}
