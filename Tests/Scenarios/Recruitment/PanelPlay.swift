import DiscordSimulator
import HTTPClient
import JSON
import Testing

@testable import woadkeeper

/// A person at a search panel, in one channel.
struct PanelPlay: Sendable {
    let stage: Stage
    let person: Person
    let channel: WorldID

    /// A recruiter among recruiters.
    static func recruiter(_ stage: Stage, _ number: Int = 351) -> PanelPlay {
        PanelPlay(stage: stage, person: stage.person(number), channel: SampleGuild.recruiters)
    }

    /// A member in the public channel.
    static func member(_ stage: Stage, _ number: Int = 331) -> PanelPlay {
        PanelPlay(stage: stage, person: stage.person(number), channel: SampleGuild.hearth)
    }

    /// Types the command and waits for the panel, by default in the same channel.
    func opens(_ command: String, in other: WorldID? = nil) async throws -> SimulatedMessage {
        let call = try await person.says(command, in: channel)
        return try await stage.sees(person, in: other ?? channel, after: call) { !$0.selects.isEmpty }
    }

    /// Presses a button of the person's own panel or list.
    @discardableResult
    func presses(_ name: String, on message: SimulatedMessage) async throws -> SimulatedInteraction {
        try await person.clicks(customID: "\(name):\(person.id)", on: message)
    }

    /// Chooses in a menu; nothing clears it.
    func chooses(_ value: String?, in name: String, on panel: SimulatedMessage) async throws {
        try await person.chooses(value.map { [$0] } ?? [], customID: "\(name):\(person.id)", on: panel)
    }

    /// Chooses in a menu, and waits until the panel shows it.
    @discardableResult
    func sets(_ value: String, in name: String, on panel: SimulatedMessage) async throws -> SimulatedMessage {
        try await chooses(value, in: name, on: panel)
        return try await stage.sees(person, panel) { $0.chosen(name) == value }
    }

    /// Presses the search button, and waits for a new list.
    func searches(_ name: String, on panel: SimulatedMessage, after: SimulatedMessage? = nil) async throws
        -> SimulatedMessage
    {
        try await presses(name, on: panel)
        return try await stage.sees(person, in: channel, after: after ?? panel) { $0.isList }
    }

    /// The bot's messages that only this person sees.
    func whispers() async -> [SimulatedMessage] {
        await stage.botMessages(person, in: channel).filter(\.isEphemeral)
    }

    /// The bot's messages with menus that this person sees.
    func panels() async -> [SimulatedMessage] {
        await stage.botMessages(person, in: channel).filter { !$0.selects.isEmpty }
    }

    /// The lists of results that this person sees.
    func lists() async -> [SimulatedMessage] {
        await stage.botMessages(person, in: channel).filter(\.isList)
    }

    /// Waits until everything that was done so far has been dealt with.
    func settles() async throws { try await stage.settles(person, in: channel) }
}

extension SimulatedMessage {
    /// Whether it shows what a search found.
    var isList: Bool {
        selects.isEmpty
            && titles.contains { title in
                ["Spots:", "Global Rank", "No matching"].contains { title.contains($0) }
            }
    }

    /// The button whose custom id has a name.
    func button(_ name: String) -> SimulatedButton? {
        buttons.first { $0.customID?.split(separator: ":").first.map(String.init) == name }
    }

    /// What is chosen in the menu whose custom id has a name.
    func chosen(_ name: String) -> String? {
        selects.first { $0.customID.split(separator: ":").first.map(String.init) == name }?
            .options.first(where: \.isDefault)?.value
    }

    /// The value of the field of the first embed that has a name.
    func field(_ name: String) -> String? {
        guard case .array(let fields)? = embeds.first?["fields"] else { return nil }
        return fields.first { $0["name"]?.string == name }?["value"]?.string
    }

    /// The last line of its last embed.
    var footer: String { embeds.last?["footer"]?["text"]?.string ?? "" }

    /// The tags of the clans that it shows, in order.
    var tags: [String] {
        titles.compactMap { title in
            let parts = title.split(whereSeparator: { $0 == "|" || $0 == "`" })
            return parts.count > 1 ? parts[1].filter { $0 != " " } : nil
        }
    }
}

extension Stage {
    /// Rows of further clans with an open seat each.
    static func clans(_ count: Int, cells: [Int: String] = [:]) -> String {
        (1...count).map { number in
            var row = Array(repeating: "", count: 35)
            row[1] = "Extra Clan \(number)"
            row[2] = "XT\(number)"
            row[4] = "1"
            row[31] = "1"
            for (column, text) in cells { row[column] = text.contains(",") ? "\"\(text)\"" : text }
            return row.joined(separator: ",") + "\r\n"
        }.joined()
    }

    /// Posts a message as the bot that served before this one.
    func formerBotPosts(_ body: JSONValue, in channel: WorldID) async throws -> SimulatedMessage {
        let base = try #require(environment["DISCORD_API_BASE_URL"])
        var request = HTTPRequest(.post, "\(base)/channels/\(channel)/messages")
        request.headers["Authorization"] = "Bot \(SampleGuild.botToken)"
        request.body = .bytes(body.encoded(), contentType: "application/json")
        let answer = try await http.send(request)
        let text = try #require(answer.json["id"]?.string)
        let id = try #require(WorldID(text))
        return try await sees(person(341), in: channel) { $0.id == id }
    }

    /// How often the bot changed a message: as an answer to a press, and otherwise.
    var editCount: Int {
        simulator.requests.matching("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original").count
            + simulator.requests.matching("PATCH", "/channels/{channel_id}/messages/{message_id}").count
    }
}
