import Discord
import Testing

@testable import Bot

@Suite("Which command a message calls")
struct CommandRouterTests {
    private static let catalog: CommandCatalog = {
        let commands: [Command] = [
            .stub("clan"), .stub("ops", access: .server), .stub("ops help"), .stub("ops ping"),
            .stub("ping", access: .admin), .stub("ops health", access: .staff, bareAccess: .admin),
            .stub("ops refresh all", access: .admin, bareAccess: .admin), .stub("ops onb check", access: .staff),
        ]
        return (try? CommandCatalog([StubFeature(commands: commands)])) ?? .empty
    }()

    private static func resolve(_ text: String, _ settings: CommandRouter.Settings = .init(), admin: Bool = false)
        -> String
    {
        switch CommandRouter(catalog: catalog, bot: 99).resolve(text, settings, isServerAdmin: { admin }) {
        case .command(let call): "\(call.entry.command.name)|\(call.rest)"
        case .pointer(let name): "-> \(name)"
        case .none: "none"
        }
    }

    @Test(
        "members call commands by prefix or mention, in any case and spacing",
        arguments: [
            ("!clan WKAS", "clan|WKAS"), ("! CLAN  two words ", "clan|two words"), ("<@99> clan a", "clan|a"),
            ("<@!99>clan a", "clan|a"), ("!clanner", "none"), ("clan WKAS", "none"), ("!", "none"), ("<@99>", "none"),
            ("<@98> clan", "none"), ("!help clan", "ops help|clan"), ("<@99> ping", "ops ping|"), ("!ping", "ping|"),
            ("!ops refresh all now", "ops refresh all|now"), ("!ops unknown", "ops|unknown"), ("!health", "none"),
        ])
    func members(text: String, resolution: String) {
        #expect(Self.resolve(text) == resolution)
    }

    @Test(
        "admins may leave out ops for the words of the allow-list",
        arguments: [
            ("!health", "ops health|"), ("!refresh all", "ops refresh all|"), ("!ping", "ping|"),
            ("!refresh", "none"), ("!onb check", "none"), ("!digest", "none"), ("!help", "ops help|"),
        ])
    func admins(text: String, resolution: String) {
        #expect(Self.resolve(text, admin: true) == resolution)
    }

    @Test("the tag is another name of the ops group, if it is switched on")
    func tag() {
        var settings = CommandRouter.Settings(tag: "c1c", hasTaggedAliases: true)
        #expect(Self.resolve("!c1c health", settings) == "ops health|")
        settings.hasTaggedAliases = false
        #expect(Self.resolve("!c1c health", settings) == "none")
    }

    @Test("bare forms are public where configuration says so, under the rule of the bare form")
    func genericAliases() {
        #expect(Self.resolve("!health", .init(hasGenericAliases: true)) == "ops health|")
        let listed = CommandRouter.Settings(adminAllowList: ["health"], isAllowListExplicit: true)
        #expect(Self.resolve("!health", listed) == "ops health|")
    }

    @Test("two features cannot declare the same command")
    func duplicates() {
        let feature = StubFeature(commands: [.stub("clan")])
        #expect(throws: CommandCatalog.Duplicate(name: "clan")) { try CommandCatalog([feature, feature]) }
    }
}
