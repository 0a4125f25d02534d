import DiscordSimulator
import FoundationEssentials
import Service
import Testing

@testable import woadkeeper

/// A recruiter in a ticket, on the morning to which the sample workbook belongs.
struct ReservePlay: Sendable {
    let stage: Stage
    let person: Person
    let thread: WorldID

    /// Runa in the open ticket of Aldermoor, who holds no seat.
    static func play(
        _ overrides: [String: String] = [:], on scenery: Scenery? = nil, thread: Int = 401, recruiter: Int = 351,
        prepare: (Stage) async throws -> Void = { _ in }, _ body: (ReservePlay) async throws -> Void
    ) async throws {
        let scenery = scenery ?? Scenery.clocked(at: Scenery.sampleMorning).scenery
        try await Stage.play(overrides, on: scenery, prepare: prepare) { stage in
            _ = try await stage.startupSummary()
            try await body(
                ReservePlay(stage: stage, person: stage.person(recruiter), thread: SampleGuild.id(thread)))
        }
    }

    /// The same place with somebody else.
    func with(_ number: Int) -> ReservePlay { ReservePlay(stage: stage, person: stage.person(number), thread: thread) }

    /// Writes, and waits for the bot's next message or edit that fits.
    @discardableResult
    func says(
        _ text: String, awaits fits: @escaping @Sendable (SimulatedMessage) -> Bool
    ) async throws -> SimulatedMessage {
        try await person.says(text, in: thread)
        return try await stage.sees(person, in: thread, within: .seconds(15), where: fits)
    }

    /// Writes, and waits for a message that contains a text.
    @discardableResult
    func says(_ text: String, sees expected: String) async throws -> SimulatedMessage {
        try await says(text) { $0.content.contains(expected) }
    }

    /// The whole conversation for Aldermoor, up to what the bot says at the end.
    func reserves(
        _ tag: String, for recruit: Int = 301, until date: String = "2026-03-20", reason: String? = nil,
        sees expected: String = "Reserved 1 spot"
    ) async throws -> SimulatedMessage {
        try await says("!reserve \(tag)", sees: "Who is the seat in")
        try await says("<@\(SampleGuild.id(recruit))>", sees: "Until which date?")
        if let reason {
            try await says(date, sees: "0** effective open spots")
            try await says(reason, sees: "Reserve 1 spot in")
        } else {
            try await says(date, sees: "Reserve 1 spot in")
        }
        return try await says("yes", sees: expected)
    }

    /// The bot's messages in the ticket that speak of reservations.
    func messages() async -> [SimulatedMessage] { await stage.botMessages(person, in: thread) }

    /// The rows of the ledger, each with its cells.
    func ledger() throws -> [[String]] { try stage.rows("recruitment/Reservations") }

    /// Waits for a line of the log, which may come after the answer that it is about.
    func logs(_ fits: @escaping @Sendable (String) -> Bool) async -> Bool {
        await stage.log.first { fits($0.message) } != nil
    }

    /// The name of the thread as the person sees it.
    func threadName() async -> String? {
        await person.seesChannels().first { $0.id == thread }?.name
    }
}

extension Stage {
    /// The rows of a tab below its header, each with its cells; cells of the sample hold no line breaks.
    func rows(_ tab: String) throws -> [[String]] {
        try text(tab).split(whereSeparator: \.isNewline).dropFirst().map { CSVLine.cells(of: String($0)) }
    }

    /// AF, AH and AI of a clan as they stand in the sheet.
    func seats(_ tag: String) throws -> [String] {
        let row = try #require(try rows("recruitment/bot_info").first { $0.count > 34 && $0[2] == tag })
        return [row[31], row[33], row[34]]
    }

    /// Changes the text of a tab.
    func edit(_ tab: String, _ old: String, to new: String) throws {
        let text = try text(tab)
        try #require(text.contains(old), "\(tab) has no \(old)")
        try put(text.replacing(old, with: new), tab)
    }
}

/// A line of a CSV file without line breaks in its cells.
enum CSVLine {
    static func cells(of line: String) -> [String] {
        var cells = [""]
        var isQuoted = false
        for character in line {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: cells.append("")
            default: cells[cells.count - 1].append(character)
            }
        }
        return cells
    }
}
