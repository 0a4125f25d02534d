public import Discord

/// Answers `help`: the overview, or the page of one command. Derived from the declarations on each call.
public struct HelpCenter: Sendable {
    /// What help answers.
    public enum Answer: Sendable, Equatable {
        /// One message with these embeds.
        case embeds([Embed])
        /// A sentence.
        case sentence(String)
    }

    private let catalog: CommandCatalog
    private let view: HelpView

    /// Creates a help center.
    /// - Parameter footer: `Bot v… · CoreOps v…`.
    public init(catalog: CommandCatalog, botName: String, footer: String) {
        self.catalog = catalog
        self.view = HelpView(botName: botName, footer: footer)
    }

    /// The answer to a query; an empty query asks for the overview.
    public func answer(_ query: String, for viewer: HelpOverview.Viewer) -> Answer {
        let name = Self.normalized(query)
        guard !name.isEmpty else {
            let embeds = view.overview(HelpOverview(of: catalog, for: viewer))
            return embeds.isEmpty ? .sentence("No commands available.") : .embeds(embeds)
        }
        guard let entry = catalog.entry(named: name) ?? catalog.entry(named: "ops \(name)") else {
            return .sentence("Unknown command `\(name.prefix(100))`.")
        }
        guard viewer.sees(entry) || viewer.canRun(entry) else {
            return .sentence("You do not have access to that command.")
        }
        return .embeds([view.page(of: entry, catalog: catalog, for: viewer)])
    }

    /// Lower case, one blank between words, without a leading `!` or mention, and without backticks.
    private static func normalized(_ query: String) -> String {
        var text = query.trimmingWhitespace().lowercased().filter { $0 != "`" }
        if text.hasPrefix("<@"), let end = text.firstIndex(of: ">") { text = String(text[text.index(after: end)...]) }
        text = text.trimmingWhitespace()
        if text.hasPrefix("!") { text.removeFirst() }
        return text.collapsingWhitespace()
    }
}
