import Bot

extension BotSettings {
    /// The version that CoreOps footers carry. Source: coreops chapter, section 1.
    static let coreOpsVersion = "1.5.0"

    /// The footer of every CoreOps embed.
    var footer: String { "Bot v\(botVersion) · CoreOps v\(Self.coreOpsVersion)" }
}
