import DiscordSimulator
import Service
import Synchronization
import Testing

/// What people ask while something is broken, in one channel, and the proof that each question got one answer.
///
/// ```swift
/// let questions = Questions(stage)
/// try await questions.ask("WKAS")
/// await stage.simulator.faults.dropGateway()
/// try await questions.ask("WKBR")
/// try await questions.areAnsweredOnce()
/// ```
actor Questions {
    /// How long a person waits at most for an answer: identifies have five seconds between them, and are refused in
    /// between.
    static let patience = Duration.seconds(60)

    private let stage: Stage
    private let asker: Person
    private let channel: WorldID
    private var asked: [String] = []
    private var pings: [SimulatedMessage] = []
    private var lost: [String] = []

    init(_ stage: Stage, by asker: Int = 331, in channel: WorldID = SampleGuild.hearth) {
        self.stage = stage
        self.asker = stage.person(asker)
        self.channel = channel
    }

    /// Asks for a clan's card.
    func ask(_ tag: String) async throws {
        asked.append(tag)
        try await asker.says("!clan \(tag)", in: channel)
    }

    /// Asks for a clan's card at a time when Discord keeps nothing for the bot.
    func askInVain(_ tag: String) async throws {
        lost.append(tag)
        try await asker.says("!clan \(tag)", in: channel)
    }

    /// Pings the bot.
    func ping() async throws {
        pings.append(try await asker.says("<@\(SampleGuild.bot)> ping", in: channel))
    }

    /// Waits for the answers so far.
    func areAnswered(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        do {
            for tag in asked {
                try await stage.sees(asker, in: channel, within: Self.patience) { $0.isCard(of: tag) && $0.has("💡") }
            }
            for ping in pings { try await stage.sees(asker, ping, within: Self.patience) { $0.has("🏓") } }
        } catch {
            let seen = await stage.botMessages(asker, in: channel).map(\.reactions)
            let log = stage.log.records.suffix(60).map { "\($0.message) \($0.fields)" }.joined(separator: "\n")
            Issue.record("of \(asked) and \(pings.count) pings: \(seen)\n\(log)", sourceLocation: sourceLocation)
            throw error
        }
    }

    /// Waits for all answers, lets the bot deal with everything else in the channel, and counts.
    func areAnsweredOnce(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await areAnswered()
        try await stage.settles(asker, in: channel, within: Self.patience)
        let messages = await stage.botMessages(asker, in: channel)
        for tag in asked {
            let count = messages.count { $0.isCard(of: tag) }
            #expect(count == 1, "\(tag) was answered \(count) times", sourceLocation: sourceLocation)
        }
        for tag in lost {
            #expect(!messages.contains { $0.isCard(of: tag) }, "\(tag) was answered", sourceLocation: sourceLocation)
        }
        #expect(messages.count == asked.count, "nothing else was said", sourceLocation: sourceLocation)
    }
}

extension SimulatedMessage {
    /// Whether it is the card of the clan with this tag.
    func isCard(of tag: String) -> Bool { titles.contains { $0.contains("| \(tag) |") } }
}

extension Stage {
    /// Waits until the bot has logged this message so many times altogether.
    func logs(
        _ prefix: String, times: Int = 1, within limit: Duration = Questions.patience,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let seen = Mutex(0)
        let record = await log.first(within: limit) { record in
            guard record.message.hasPrefix(prefix) else { return false }
            return seen.withLock { seen in
                seen += 1
                return seen >= times
            }
        }
        _ = try #require(record, "the log says \(prefix)", sourceLocation: sourceLocation)
    }
}
