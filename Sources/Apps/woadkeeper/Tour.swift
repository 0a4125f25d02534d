import DiscordSimulator
import Service

/// `woadkeeper demo --tour`: plays the journey of the demo and prints it as a transcript.
struct Tour {
    var simulator: Simulator
    private let transcript = Transcript()

    init(simulator: Simulator) {
        self.simulator = simulator
    }

    private static let patience = Duration.seconds(15)

    /// Plays every step; true if each was seen.
    func play() async -> Bool {
        do {
            try await step("Kestra asks for a clan") {
                let kestra = simulator.person(SampleGuild.applicant(11))
                tell("Kestra", "!clan WKAS")
                try await kestra.says("!clan WKAS", in: SampleGuild.hearth)
                let card = try await awaitsBot(kestra, in: SampleGuild.hearth) { !$0.embeds.isEmpty }
                tell("Woadkeeper", card)
                let bulb = try await kestra.awaitsMessage(in: SampleGuild.hearth, within: Self.patience) { message in
                    message.id == card.id && message.reactions.contains { $0.emoji.name == "💡" }
                }
                try await kestra.reacts(with: "💡", to: bulb)
                tell("Kestra", "💡")
                let flipped = try await kestra.awaitsMessage(in: SampleGuild.hearth, within: Self.patience) { message in
                    message.id == card.id && message.text.contains("Entry Criteria:")
                }
                tell("Woadkeeper", flipped)
            }
            try await step("Tamsin pings and asks for help") {
                let tamsin = simulator.person(SampleGuild.id(322))
                let mention = "<@\(SampleGuild.bot)>"
                tell("Tamsin", "@Woadkeeper ping")
                let ping = try await tamsin.says("\(mention) ping", in: SampleGuild.hearth)
                _ = try await tamsin.awaitsMessage(in: SampleGuild.hearth, within: Self.patience) { message in
                    message.id == ping.id && message.reactions.contains { $0.emoji.name == "🏓" }
                }
                tell("Woadkeeper", "🏓")
                tell("Tamsin", "@Woadkeeper help")
                try await tamsin.says("\(mention) help", in: SampleGuild.hearth)
                let help = try await awaitsBot(tamsin, in: SampleGuild.hearth) { $0.embeds.count > 1 }
                tell("Woadkeeper", help)
            }
            try await step("an admin looks after the bot") {
                let admin = simulator.person(SampleGuild.admin)
                tell("Admin", "!ops health")
                try await admin.says("!ops health", in: SampleGuild.botLog)
                let report = try await awaitsBot(admin, in: SampleGuild.botLog) { !$0.embeds.isEmpty }
                tell("Woadkeeper", report)
            }
            Terminal.say("\nThe tour is complete.")
            return true
        } catch {
            Terminal.say("\nThe tour stopped: \(error)")
            return false
        }
    }

    /// The bot's next fitting message.
    private func awaitsBot(
        _ person: Person, in channel: WorldID, where fits: @escaping @Sendable (SimulatedMessage) -> Bool
    ) async throws -> SimulatedMessage {
        try await person.awaitsMessage(in: channel, from: SampleGuild.bot, within: Self.patience, where: fits)
    }

    private func step(_ title: String, _ body: () async throws -> Void) async throws {
        Terminal.say(transcript.heading(title))
        try await body()
    }

    private func tell(_ who: String, _ text: String) { transcript.lines(of: text, by: who).forEach(Terminal.say) }

    private func tell(_ who: String, _ message: SimulatedMessage) {
        transcript.lines(of: message, by: who).forEach(Terminal.say)
    }
}
