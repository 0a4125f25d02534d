import JSON
import Service

@testable import DiscordSimulator

/// A small guild for tests: Ayla owns it, Bram and Cora are members, Dain is staff; `helper` is a bot.
enum TestWorld {
    static let guild: WorldID = 1_000
    static let ayla: WorldID = 1_001
    static let bram: WorldID = 1_002
    static let cora: WorldID = 1_003
    static let dain: WorldID = 1_004
    static let bot: WorldID = 1_010
    static let otherBot: WorldID = 1_011
    static let staff: WorldID = 1_020
    static let high: WorldID = 1_022
    static let botRole: WorldID = 1_021
    static let general: WorldID = 1_030
    static let hidden: WorldID = 1_031
    static let category: WorldID = 1_032
    static let token = "test-token"
    static let start = Timestamp(milliseconds: 1_773_648_000_000)  // 2026-03-16T08:00:00Z

    static func blueprint(botPermissions: PermissionBits = []) -> GuildBlueprint {
        var blueprint = GuildBlueprint(id: guild, name: "Test", ownerID: ayla)
        blueprint.addRole(
            id: staff, name: "Staff", permissions: [.manageThreads, .manageMessages], isMentionable: true)
        blueprint.addRole(id: botRole, name: "Bot", permissions: botPermissions)
        blueprint.addRole(id: high, name: "High")
        for (id, name) in [(ayla, "ayla"), (bram, "bram"), (cora, "cora")] {
            blueprint.addUser(SimulatedUser(id: id, name: name, displayName: name.capitalizedFirst))
        }
        blueprint.addUser(SimulatedUser(id: dain, name: "dain"), roles: [staff])
        blueprint.addBot(id: bot, name: "helper", token: token, roles: [botRole])
        blueprint.addBot(id: otherBot, name: "blind", token: "blind-token", privilegedIntents: [])
        blueprint.addChannel(id: category, name: "Halls", kind: .category)
        blueprint.addChannel(id: general, name: "general", parentID: category)
        blueprint.addChannel(
            id: hidden, name: "hidden", overwrites: [PermissionOverwrite(.role, guild, deny: .viewChannel)])
        blueprint.addEmoji(id: 1_040, name: "crest")
        return blueprint
    }

    static func state(botPermissions: PermissionBits = []) -> WorldState {
        WorldState(blueprint(botPermissions: botPermissions), now: start, transportNow: .origin)
    }
}

extension String {
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

extension WorldState {
    /// Runs the route of a method and path as the bot, as the server would.
    mutating func call(
        _ method: String, _ path: String, _ body: JSONValue = [:], query: [(name: String, value: String)] = [],
        as bot: WorldID = TestWorld.bot, uploads: [IndexedUpload] = []
    ) throws(APIError) -> JSONValue? {
        let segments = path.split(separator: "/").map(String.init)
        for route in RESTRoute.all where route.method == method {
            let pattern = route.pattern.split(separator: "/").map(String.init)
            guard pattern.count == segments.count else { continue }
            var parameters: [String: String] = [:]
            let fits = zip(pattern, segments).allSatisfy { name, value in
                if name.hasPrefix(":") { parameters[String(name.dropFirst())] = value }
                return name.hasPrefix(":") || name == value
            }
            guard fits else { continue }
            var call = RESTCall(bot: bot, parameters: parameters, query: query, body: body, uploads: uploads)
            call.readsContent = applications[bot]?.privilegedIntents.contains(.messageContent) == true
            switch try route.handler(&self, call) {
            case .json(let body, _): return body
            case .empty: return nil
            }
        }
        throw .notFound
    }

    mutating func say(_ text: String, by author: WorldID = TestWorld.bram, in channel: WorldID = TestWorld.general)
        throws(APIError) -> SimulatedMessage
    {
        try send(MessageForm(text: text), by: author, in: channel)
    }
}

/// The code of the error that `body` throws; nil if it throws none.
func errorCode(_ body: () throws(APIError) -> Void) -> Int? {
    do throws(APIError) {
        try body()
        return nil
    } catch {
        return error.code
    }
}
