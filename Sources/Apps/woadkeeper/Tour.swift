import DiscordSimulator
import Service

/// `woadkeeper demo --tour`: plays a day in the simulated guild and prints it as a transcript.
///
/// The day is the one to which the sample workbook belongs. Its clock stands still while people talk, and is set forward from
/// one part to the next.
struct Tour {
    /// The morning of the tour: 2026-03-16T08:00:00Z.
    static let morning = Timestamp(milliseconds: 1_773_648_000_000)

    /// The guild.
    let simulator: Simulator
    /// The clock of the day.
    let clock: ManualTime
    private let transcript = Transcript(names: [
        "<@\(SampleGuild.applicant(1))>": "@Aldermoor", "<@\(SampleGuild.recruiter)>": "@Runa",
        "<@&\(SampleGuild.id(103))>": "@Recruiters",
    ])

    /// How long anything may take.
    private static let patience = Duration.seconds(15)

    init(simulator: Simulator, clock: ManualTime) {
        self.simulator = simulator
        self.clock = clock
    }

    /// Plays every step; true if each was seen.
    func play() async -> Bool {
        do {
            try await step("Kestra asks for a clan", kestraAsks)
            try await step("Aldermoor searches for a clan", aldermoorSearches)
            try await step("Runa matches a recruit with clans", runaMatches)
            try await step("Runa holds a seat for Aldermoor", runaReserves)
            try await step("half past nine: the reports of the day", reportsArrive)
            try await step("noon: the seat ends today, and is held on", seatEnds)
            try await step("Aldermoor goes elsewhere: the seat is free again", runaReleases)
            try await step("Tamsin pings and asks for help", tamsinAsks)
            try await step("an admin looks after the bot", adminLooks)
            Terminal.say("\nThe tour is complete.")
            return true
        } catch {
            Terminal.say("\nThe tour stopped: \(error)")
            return false
        }
    }

    // MARK: Steps

    private func kestraAsks() async throws {
        let kestra = simulator.person(SampleGuild.applicant(11))
        let card = try await says("Kestra", "!clan WKAS", kestra, in: SampleGuild.hearth) { !$0.embeds.isEmpty }
        tell("Woadkeeper", card)
        let bulb = try await sees(kestra, card) { message in message.reactions.contains { $0.emoji.name == "💡" } }
        try await kestra.reacts(with: "💡", to: bulb)
        tell("Kestra", "💡")
        tell("Woadkeeper", try await sees(kestra, card) { $0.text.contains("Entry Criteria:") })
    }

    private func aldermoorSearches() async throws {
        let aldermoor = simulator.person(SampleGuild.applicant(1))
        let panel = try await says("Aldermoor", "!clansearch", aldermoor, in: SampleGuild.hearth) {
            !$0.selects.isEmpty
        }
        tell("Woadkeeper", panel)
        tell("Aldermoor", "[CB Difficulty: UNM] [Playstyle: Competitive] [Search Clans]")
        try await aldermoor.chooses(["UNM"], customID: owned("mf_cb", aldermoor), on: panel)
        try await aldermoor.chooses(["Competitive"], customID: owned("mf_style", aldermoor), on: panel)
        try await aldermoor.clicks(label: "Search Clans", on: panel)
        let list = try await sees(aldermoor, in: SampleGuild.hearth, after: panel) { $0.text.contains("Filters used:") }
        tell("Woadkeeper", list)
        tell("Aldermoor", "[Entry Criteria]")
        try await aldermoor.clicks(label: "Entry Criteria", on: list)
        tell("Woadkeeper", try await sees(aldermoor, list) { $0.text.contains("Entry Criteria:") })
    }

    private func runaMatches() async throws {
        let runa = simulator.person(SampleGuild.recruiter)
        let panel = try await says("Runa", "!clanmatch", runa, in: SampleGuild.recruiters) { !$0.selects.isEmpty }
        tell("Woadkeeper", panel)
        tell("Runa", "[CB Difficulty: UNM] [CvC: Yes] [Search Clans]")
        try await runa.chooses(["UNM"], customID: owned("rp_cb", runa), on: panel)
        try await runa.clicks(customID: owned("rp_cvc", runa), on: panel)
        try await runa.clicks(label: "Search Clans", on: panel)
        let list = try await sees(runa, in: SampleGuild.recruiters, after: panel) { $0.text.contains("Filters used:") }
        tell("Woadkeeper", list)
        tell("Woadkeeper", try await sees(runa, panel) { $0.text.contains("matching clan") })
    }

    private func runaReserves() async throws {
        let (runa, ticket) = (simulator.person(SampleGuild.recruiter), SampleGuild.id(401))
        for (words, answer) in [
            ("!reserve WKLM <@\(SampleGuild.applicant(1))>", "Until which date?"), ("2026-03-16", "Reserve 1 spot in"),
            ("yes", "Reserved 1 spot"),
        ] {
            // The bot asks its questions in one message.
            tell("Runa", words)
            try await runa.says(words, in: ticket)
            tell("Woadkeeper", try await sees(runa, in: ticket) { $0.content.contains(answer) })
        }
        try await threadIsNamed("Res-W0601-aldermoor-WKLM")
    }

    private func reportsArrive() async throws {
        let runa = simulator.person(SampleGuild.recruiter)
        await clock.advance(to: Self.morning + .seconds(90 * 60 + 5))
        let update = try await sees(runa, in: SampleGuild.recruiterReports) {
            $0.content.hasPrefix("# Update 2026-03-16")
        }
        tell("Woadkeeper", update)
        tell("Runa", "[Bracket Details]")
        try await runa.clicks(label: "Bracket Details", on: update)
        tell(
            "Woadkeeper",
            try await sees(runa, update) { $0.text.contains("Elite End Game") && !$0.text.contains("Overall") })
        let tickets = try await sees(runa, in: SampleGuild.recruiterReports, after: update) { !$0.embeds.isEmpty }
        tell("Woadkeeper", tickets)
    }

    private func seatEnds() async throws {
        let runa = simulator.person(SampleGuild.recruiter)
        await clock.advance(to: Self.morning + .seconds(4 * 3600 + 5))
        let reminder = try await sees(runa, in: SampleGuild.recruiters) {
            $0.content.contains("Reservation ending today")
        }
        tell("Woadkeeper", reminder)
        tell("Runa", "[Extend 7 days]")
        try await runa.clicks(label: "Extend 7 days", on: reminder)
        tell("Woadkeeper", try await sees(runa, reminder) { $0.content.contains("was extended until") })
    }

    private func runaReleases() async throws {
        let (runa, ticket) = (simulator.person(SampleGuild.recruiter), SampleGuild.id(401))
        let words = "!reserve release <@\(SampleGuild.applicant(1))> WKLM"
        tell(
            "Woadkeeper",
            try await says("Runa", words, runa, in: ticket) { $0.content.contains("returned to the pool") })
        try await threadIsNamed("W0601-aldermoor")
    }

    /// Waits until Aldermoor's ticket has a name.
    private func threadIsNamed(_ name: String) async throws {
        let ticket = SampleGuild.id(401)
        _ = try await simulator.eventually(within: Self.patience, "the ticket to be named \(name)") { state in
            state.channels[ticket]?.name == name ? true : nil
        }
    }

    private func tamsinAsks() async throws {
        let tamsin = simulator.person(SampleGuild.id(322))
        let mention = "<@\(SampleGuild.bot)>"
        tell("Tamsin", "@Woadkeeper ping")
        let ping = try await tamsin.says("\(mention) ping", in: SampleGuild.hearth)
        _ = try await sees(tamsin, ping) { message in message.reactions.contains { $0.emoji.name == "🏓" } }
        tell("Woadkeeper", "🏓")
        tell("Tamsin", "@Woadkeeper help")
        let question = try await tamsin.says("\(mention) help", in: SampleGuild.hearth)
        tell("Woadkeeper", try await sees(tamsin, in: SampleGuild.hearth, after: question) { $0.embeds.count > 1 })
    }

    private func adminLooks() async throws {
        let admin = simulator.person(SampleGuild.admin)
        tell("Woadkeeper", try await says("Admin", "!ops health", admin, in: SampleGuild.botLog) { !$0.embeds.isEmpty })
        let schedule = try await says("Admin", "!next recruitment", admin, in: SampleGuild.botLog) {
            $0.content.contains("daily_recruiter_update")
        }
        tell("Woadkeeper", schedule)
    }

    // MARK: Pieces

    private typealias Fits = @Sendable (SimulatedMessage) -> Bool

    /// Writes, and waits for the bot's next fitting message.
    private func says(
        _ who: String, _ words: String, _ person: Person, in channel: WorldID, awaits fits: @escaping Fits
    ) async throws -> SimulatedMessage {
        tell(who, words)
        let call = try await person.says(words, in: channel)
        return try await sees(person, in: channel, after: call, where: fits)
    }

    /// The bot's newest fitting message.
    private func sees(
        _ person: Person, in channel: WorldID, after: SimulatedMessage? = nil, where fits: @escaping Fits
    ) async throws -> SimulatedMessage {
        try await person.awaitsMessage(
            in: channel, from: SampleGuild.bot, after: after, within: Self.patience, where: fits)
    }

    /// A message in the state that is waited for.
    private func sees(
        _ person: Person, _ message: SimulatedMessage, becoming fits: @escaping Fits
    ) async throws -> SimulatedMessage {
        try await person.awaitsMessage(in: message.channelID, within: Self.patience) { $0.id == message.id && fits($0) }
    }

    /// The custom id of a person's own control.
    private func owned(_ name: String, _ person: Person) -> String { "\(name):\(person.id)" }

    private func step(_ title: String, _ body: () async throws -> Void) async throws {
        Terminal.say(transcript.heading(title))
        try await body()
    }

    private func tell(_ who: String, _ text: String) { transcript.lines(of: text, by: who).forEach(Terminal.say) }

    private func tell(_ who: String, _ message: SimulatedMessage) {
        transcript.lines(of: message, by: who).forEach(Terminal.say)
    }
}
