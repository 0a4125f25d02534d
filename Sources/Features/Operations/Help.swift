public import Bot
import Discord

/// `@Bot help`, `!help` and the `ops` group: what the caller can do here. Source: coreops chapter, section 6.
public struct Help: Feature {
    private let catalog: @Sendable () -> CommandCatalog
    private let settings: @Sendable () -> BotSettings
    private let mask: @Sendable (String) -> String
    private let diagnostics: HelpDiagnostics

    public let name = "help"
    public let gate = Gate.always

    public var commands: [Command] {
        [
            Command(
                "ops", access: .server, isGroup: true,
                help: CommandHelp(
                    .user, .operational, .pageOnly,
                    summary: "The operators' commands.",
                    detail: "Holds the operators' commands; each has a page of its own.",
                    tip: "`@Bot help` lists what you can run.")
            ) { _, responder in
                try await responder.reply(
                    """
                    Ask `@Bot help` for what you can do here, `@Bot help <command>` for one command, \
                    or `@Bot help <command> <subcommand>`.
                    """)
            },
            Command(
                "ops help",
                arguments: [
                    Argument(
                        "command", .rest, about: "The command to explain",
                        completes: .matching { request in commands(for: request.caller) })
                ], access: .anyone,
                help: CommandHelp(
                    .user, .general, .section(.general), overviewUsage: "@Bot help",
                    summary: "Lists what you can do, or explains one command.",
                    detail: "Shows the commands that you may run. With a command's name it explains that one.",
                    tip: "Add a command's name for its page: `@Bot help clan`."),
                slash: SlashForm(aliases: ["help"], isPersonal: true)
            ) { invocation, responder in
                try await answer(invocation, responder)
            },
        ]
    }

    /// Creates the feature.
    /// - Parameters:
    ///   - catalog: the commands of all features, this one included.
    ///   - mask: hides secrets in what was asked, which an answer may repeat.
    public init(
        catalog: @escaping @Sendable () -> CommandCatalog, settings: @escaping @Sendable () -> BotSettings,
        mask: @escaping @Sendable (String) -> String, diagnostics: HelpDiagnostics
    ) {
        self.mask = mask
        self.diagnostics = diagnostics
        self.catalog = catalog
        self.settings = settings
    }

    private func answer(_ invocation: Invocation, _ responder: Responder) async throws {
        let settings = settings()
        let catalog = catalog()
        let center = HelpCenter(catalog: catalog, botName: settings.botName, footer: settings.footer)
        let viewer = viewer(invocation.caller, settings)
        switch center.answer(mask(invocation.line.text("command") ?? ""), for: viewer) {
        case .sentence(let sentence):
            try await responder.reply(sentence)
        case .embeds(let embeds):
            try await responder.reply(embeds: embeds)
        }
        await diagnostics.report(of: catalog, for: viewer, invocation, settings)
    }

    private func viewer(_ caller: Caller, _ settings: BotSettings) -> HelpOverview.Viewer {
        HelpOverview.Viewer(
            caller: caller, policy: settings.policy, isEnabled: settings.isEnabled,
            adminAllowList: settings.commands.adminAllowList, showsEmptySections: settings.showsEmptyHelpSections)
    }

    /// The commands that help explains to somebody, by name.
    private func commands(for caller: Caller) -> [Completion.Choice] {
        let viewer = viewer(caller, settings())
        return catalog().entries.filter { viewer.sees($0) }.map { Completion.Choice($0.command.name) }
    }
}
