import DiscordSimulator
import JSON
import Service
import Synchronization

/// The sample guild in this process, with a clock at its wire, and people who talk in it.
final class LiveGuild: Sendable {
    /// The 26 clan halls: so many that Discord's limits on a channel (a reaction in a quarter of a second) hold nobody up.
    static let channels = (251...276).map(SampleGuild.id)

    let simulator: Simulator
    let urls: Simulator.BaseURLs
    private let wire: Wire

    init(enforcesRateLimits: Bool = true) async throws {
        let wire = Wire()
        var options = Simulator.Options(enforcesRateLimits: enforcesRateLimits)
        options.observer = { wire.note($0) }
        simulator = Simulator(
            world: SampleGuild.blueprint(), options: options, calendar: CalendarTime(), transport: TransportTime())
        urls = try await simulator.start()
        self.wire = wire
    }

    /// The admin, who may talk everywhere.
    var speaker: Person { simulator.person(SampleGuild.admin) }

    /// Calls `@bot ping` so many times, 20 times a second, and gives for each the milliseconds between the frame that
    /// tells the bot and the bot's request to react.
    func pingTimes(count: Int) async throws -> [Double] {
        var asked: [WorldID] = []
        for index in 0..<count {
            let channel = Self.channels[index % Self.channels.count]
            asked.append(try await speaker.says("<@\(SampleGuild.bot)> ping", in: channel).id)
            try await Task.sleep(for: .milliseconds(50))
        }
        for _ in 0..<100 where wire.reactionTimes(to: asked).count < count {
            try await Task.sleep(for: .milliseconds(20))
        }
        return wire.reactionTimes(to: asked)
    }

    /// Opens a recruiters' panel.
    func opensPanel() async throws -> SimulatedMessage {
        try await speaker.says("!clanmatch", in: Self.channels[0])
        return try await speaker.awaitsMessage(in: Self.channels[0], from: SampleGuild.bot) { !$0.selects.isEmpty }
    }

    /// Presses a button of a panel so many times, 20 times a second, and gives for each press the milliseconds between the
    /// frame that tells the bot and its acknowledgement, and those until the panel is changed.
    func pressTimes(
        on panel: SimulatedMessage, count: Int
    ) async throws -> (acknowledged: [Double], edited: [Double]) {
        var presses: [SimulatedInteraction] = []
        for _ in 0..<count {
            presses.append(try await speaker.clicks(customID: "rp_cvc:\(speaker.id)", on: panel))
            try await Task.sleep(for: .milliseconds(50))
        }
        for _ in 0..<100 where wire.pressTimes(presses).edited.count < count {
            try await Task.sleep(for: .milliseconds(20))
        }
        return wire.pressTimes(presses)
    }

    /// Lets people chat, so many messages a second over all channels, until the task is cancelled.
    func chats(perSecond rate: Int) async throws {
        var number = 0
        let start = ContinuousClock.now
        while !Task.isCancelled {
            number += 1
            try await speaker.says("just talking, number \(number)", in: Self.channels[number % Self.channels.count])
            try await Task.sleep(until: start + .seconds(1) * number / rate, clock: .continuous)
        }
    }

    /// What crossed the wire and when.
    private final class Wire: Sendable {
        private struct Log {
            var frames: [(at: ContinuousClock.Instant, payload: [UInt8])] = []
            var requests: [(at: ContinuousClock.Instant, method: String, path: String)] = []
        }

        private let log = Mutex(Log())

        func note(_ event: WireEvent) {
            let now = ContinuousClock.now
            log.withLock { log in
                switch event {
                case .payloadLeaves(let payload): log.frames.append((now, payload))
                case .requestArrives(let method, let path): log.requests.append((now, method, path))
                }
            }
        }

        /// Milliseconds between a message's frame and the reaction to it, for those that have one.
        func reactionTimes(to messages: [WorldID]) -> [Double] {
            let log = log.withLock { $0 }
            let left = Self.frames(of: "MESSAGE_CREATE", in: log)
            var arrived: [String: ContinuousClock.Instant] = [:]
            for (at, method, path) in log.requests where method == "PUT" {
                let words = path.split(separator: "/")
                if words.count > 4, words[4] == "reactions" { arrived[String(words[3])] = at }
            }
            return messages.compactMap { message in
                guard let frame = left["\(message)"], let request = arrived["\(message)"] else { return nil }
                return (request - frame).inMilliseconds
            }
        }

        /// Milliseconds between a press's frame and its acknowledgement, and those until the message is changed.
        func pressTimes(_ presses: [SimulatedInteraction]) -> (acknowledged: [Double], edited: [Double]) {
            let log = log.withLock { $0 }
            let left = Self.frames(of: "INTERACTION_CREATE", in: log)
            // Both requests name the press's token.
            var acknowledged: [String: ContinuousClock.Instant] = [:]
            var edited: [String: ContinuousClock.Instant] = [:]
            for (at, method, path) in log.requests {
                let words = path.split(separator: "/")
                guard words.count > 2 else { continue }
                if words[0] == "interactions" { acknowledged[String(words[2])] = at }
                if words[0] == "webhooks", method == "PATCH" { edited[String(words[2])] = at }
            }
            func times(_ arrived: [String: ContinuousClock.Instant]) -> [Double] {
                presses.compactMap { press in
                    guard let frame = left["\(press.id)"], let request = arrived[press.token] else { return nil }
                    return (request - frame).inMilliseconds
                }
            }
            return (times(acknowledged), times(edited))
        }

        /// When the frames of one kind left, by the id of what they tell.
        private static func frames(of name: String, in log: Log) -> [String: ContinuousClock.Instant] {
            var left: [String: ContinuousClock.Instant] = [:]
            for (at, payload) in log.frames {
                guard let root = try? JSONDocument(parsing: payload).root, root["t"]?.string == name,
                    let id = root["d"]?["id"]?.string
                else { continue }
                left[id] = at
            }
            return left
        }
    }
}
