public import Bot
import Discord

/// `@Bot ping`, `!ops ping` and `!ping`: confirms that the bot is alive. Source: coreops chapter, section 7.12.
public struct Ping: Feature {
    /// The reaction, and the reply where reacting is impossible.
    private static let paddle = "🏓"

    public let name = "ping"
    public let gate = Gate.always

    public var commands: [Command] {
        [
            Command(
                "ops ping", usage: "ops ping", access: .anyone,
                help: CommandHelp(
                    .user, .general, .section(.general), overviewUsage: "@Bot ping",
                    summary: "Confirms that the bot is alive.",
                    detail: "Adds 🏓 to your message. Works everywhere, in direct messages too.",
                    tip: "No 🏓 within a few seconds? Tell an admin."),
                slash: .personal, run: Self.answer),
            Command(
                "ping", access: .admin,
                help: CommandHelp(
                    .admin, .operational, .pageOnly,
                    summary: "Confirms that the bot is alive.",
                    detail: "Adds 🏓 to your message: the admins' short form of `@Bot ping`.",
                    tip: "`@Bot ping` works for everybody."),
                slash: .personal, run: Self.answer),
        ]
    }

    /// Creates the feature.
    public init() {}

    private static func answer(_ invocation: Invocation, _ responder: Responder) async throws {
        do {
            try await responder.react(PartialEmoji(paddle))
        } catch let error as RESTError where error.api != nil {
            // Who may neither be reacted to nor answered learns nothing of it: there is nowhere left to say so.
            _ = try? await responder.reply(paddle)
        }
    }
}
