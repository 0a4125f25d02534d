public import Discord
import Service

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
            return .sentence(unknown(String(name.prefix(Self.longestEcho)), for: viewer))
        }
        guard viewer.sees(entry) || viewer.canRun(entry) else {
            return .sentence("You do not have access to that command.")
        }
        return .embeds([view.page(of: entry, catalog: catalog, for: viewer)])
    }

    /// The most characters of a query that are looked at and repeated. Source: coreops chapter, section 3.7.
    private static let longestEcho = 100
    /// The most commands that are suggested.
    private static let mostSuggestions = 3

    /// Says that there is no such command, and names those of the caller's that are spelled much like it.
    private func unknown(_ name: String, for viewer: HelpOverview.Viewer) -> String {
        let farthest = max(1, name.count / 3)
        let close = catalog.entries.filter { viewer.sees($0) }.compactMap { entry -> (distance: Int, name: String)? in
            let command = entry.command.name
            let spellings = command.hasPrefix("ops ") ? [command, String(command.dropFirst("ops ".count))] : [command]
            let distance = spellings.map { EditDistance.between(name, $0) }.min() ?? .max
            return distance <= farthest ? (distance, command) : nil
        }
        let names = close.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(Self.mostSuggestions)
            .map { "`!\($0.name)`" }
        let answer = "Unknown command `\(Redactor().reply(name))`."
        return names.isEmpty ? answer : "\(answer) Did you mean \(names.joined(separator: " or "))?"
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
