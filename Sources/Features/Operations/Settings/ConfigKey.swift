public import Bot
public import Configuration
import Discord
public import Service
import Spreadsheets

/// `!cfg [KEY]`: one setting or feature toggle, with where it comes from. Source: coreops chapter, section 7.5.
public struct ConfigKey: Feature {
    public let name = "cfg"
    public let gate = Gate.always

    private let configuration: ConfigurationService
    private let calendar: any TimeSource

    private static let standardKey = "ONBOARDING_TAB"
    private static let longestValue = 300
    private static let longestQuery = 100

    public var commands: [Command] {
        [
            Command(
                "cfg",
                arguments: [
                    Argument(
                        "KEY", .word, about: "A setting's or switch's name; ONBOARDING_TAB if left out",
                        completes: .matching { _ in known.map { Completion.Choice($0) } })
                ], access: .admin,
                help: CommandHelp(
                    .admin, .operational, .section(.configHealth), overviewUsage: "!cfg [KEY]",
                    summary: "Shows one setting or feature toggle and where it comes from.",
                    detail:
                        "Shows the value in force of one key of the merged configuration, or the state of a feature "
                        + "toggle, with its source. Without a key it shows `ONBOARDING_TAB`.",
                    tip: "Use it after `!ops reload` to confirm what you changed."), slash: .personal
            ) { invocation, responder in
                let query = invocation.line.text("KEY") ?? Self.standardKey
                try await responder.reply(answer(to: query))
            }
        ]
    }

    /// Creates the feature.
    public init(configuration: ConfigurationService, calendar: any TimeSource) {
        self.configuration = configuration
        self.calendar = calendar
    }

    /// What there is to say of a key.
    func answer(to query: String) -> String {
        let registry = configuration.registry
        let query = String(query.prefix(Self.longestQuery))
        let lines = [settingLine(KeyName.normalised(query), registry), toggleLine(query.lowercased())].compactMap { $0 }
        guard lines.isEmpty else { return lines.joined(separator: "\n") }
        let key = KeyName.normalised(query)
        let close = closest(to: key.isEmpty ? query.uppercased() : key, registry)
        let hint = close.isEmpty ? "" : "\nClosest: " + close.map { "`\($0)`" }.joined(separator: ", ")
        let masked = Redactor(secrets: registry.secrets).line(query)
        let shown = masked == query && !key.isEmpty ? key : masked.escapingMarkdown
        return "🧊 Config — key=\(shown) • missing (not merged yet)\(hint)"
    }

    private func settingLine(_ key: String, _ registry: Registry) -> String? {
        guard let entry = registry.entry(key), let value = entry.value, !value.description.isEmpty else { return nil }
        let shown =
            if registry.isSecret(key) || KeyName.isSecret(key) {
                Redactor.mask(value.description)
            } else if case .ids(let ids) = value {
                ids.map { "\($0)" }.joined(separator: ", ")
            } else {
                Redactor(secrets: registry.secrets).reply(value.description)
            }
        return "🧩 Config — key=\(key) • value=\(shown.truncated(toUTF16: Self.longestValue).escapingMentions)"
            + " • source=\(entry.origin) • merged=\(registry.keys.count) keys"
    }

    private func toggleLine(_ key: String) -> String? {
        let toggles = configuration.toggles
        let state = toggles.state(of: key)
        let snapshot = toggles.snapshot
        var suffix = ""
        switch state {
        case .on, .off: break
        case .missing(isOn: true): suffix = " • default"
        case .missing(isOn: false), .notLoaded:
            guard Toggles.knownKeys.contains(key) else { return nil }
            suffix = " • default"
        case .invalid(let text): suffix = " • invalid=\(text.prefix(Self.longestQuery).escapingMentions)"
        }
        let tail = (try? configuration.key(of: .recruitment)).map { configuration.workbook.tail(of: $0) } ?? "—"
        let age = snapshot.loadedAt.map { (calendar.now - $0).compact } ?? "never"
        return "🧩 Config — key=\(key) • value=\(state.isOn ? "ON" : "OFF")"
            + " • source=sheet:\(tail)/\(snapshot.sourceTab) • toggle • loaded=\(age)\(suffix)"
    }

    /// The settings that have a value, and all switches.
    private var known: [String] {
        let registry = configuration.registry
        let toggles = Set(configuration.toggles.all.keys).union(Toggles.knownKeys)
        return registry.keys.filter { registry.text($0) != nil } + toggles.sorted()
    }

    /// Up to three known keys that are least different from what was asked for, and not very different.
    private func closest(to key: String, _ registry: Registry) -> [String] {
        known.map { ($0, EditDistance.between(key, $0.uppercased())) }
            .filter { $0.1 <= max(3, key.count / 3) }
            .sorted { ($0.1, $0.0) < ($1.1, $1.0) }.prefix(3).map(\.0)
    }
}
