public import Service

/// Merges the environment and the Config tabs into a registry (runtime chapter, section 4.4, with B12).
struct RegistryBuilder {
    /// A Config tab and the tail of its spreadsheet.
    struct Overlay {
        let tab: ConfigTab
        let tail: String
    }

    let environment: [String: String]
    let overlays: [KnownSpreadsheet: Overlay]
    private(set) var warnings: [String] = []
    private var entries: [String: Registry.Entry] = [:]
    private var overridden: [String] = []

    /// Of the spreadsheets, those whose Config tab takes part, strongest first.
    private static let order: [KnownSpreadsheet] = [.milestones, .onboarding, .recruitment]

    init(environment: [String: String], overlays: [KnownSpreadsheet: Overlay] = [:]) {
        self.environment = environment
        self.overlays = overlays
    }

    /// Builds the registry; ``warnings`` tells what was wrong on the way.
    mutating func build(at now: Timestamp) -> Registry {
        for group in Settings.groups {
            for setting in group.settings { resolve(setting) }
        }
        for key in undeclaredKeys { resolve(Self.undeclared(key)) }
        noteRepeatedKeys()
        noteLegacyKeys()
        return Registry(
            entries: entries,
            metadata: Registry.Metadata(
                loadedAt: now, source: overlays.isEmpty ? "ENV" : "ENV + Sheet Config", status: "ok", lastError: nil,
                onboardingKeyCount: overlays[.onboarding]?.tab.values.count ?? 0, overriddenKeys: overridden.sorted()),
            relatedVariables: environment.filter { isRelated($0.key) })
    }

    // MARK: One setting

    private enum Source { case environment, sheet(KnownSpreadsheet) }

    private mutating func resolve(_ setting: SettingDeclaration) {
        let layers = KeyName.isSecret(setting.name) ? .environmentOnly : setting.layers
        noteIgnoredRows(setting.name, layers)
        for source in Self.sources(layers) {
            guard let (raw, origin) = text(setting.name, source) else { continue }
            switch (setting.type.parse(raw), source) {
            case (.value(let value), _):
                accept(value, origin, source, setting)
                return
            case (.clamped(let value, let comparison), _):
                warnings.append("config: \(setting.name)=\(comparison); clamping")
                accept(value, origin, source, setting)
                return
            case (.unusable, .sheet):
                warnings.append("config: key=\(setting.name) sheet value unusable; using environment")
            case (.unusable, .environment):
                if let warning = Self.invalid(setting, raw) { warnings.append(warning) }
            }
        }
        entries[setting.name] = Registry.Entry(value: setting.fallback, origin: .default)
    }

    private mutating func accept(
        _ value: SettingValue, _ origin: SettingOrigin, _ source: Source, _ setting: SettingDeclaration
    ) {
        entries[setting.name] = Registry.Entry(value: value, origin: origin)
        guard case .sheet = source, let (replaced, _) = text(setting.name, .environment),
            setting.type.parse(replaced) != .value(value)
        else { return }
        overridden.append(setting.name)
    }

    /// The text that a source has for a key, unless it is blank.
    private func text(_ key: String, _ source: Source) -> (String, SettingOrigin)? {
        switch source {
        case .environment:
            environment[key].flatMap { $0.trimmed.isEmpty ? nil : ($0, .environment) }
        case .sheet(let spreadsheet):
            overlays[spreadsheet].flatMap { overlay in
                overlay.tab[key].map { ($0, .sheet(tail: overlay.tail)) }
            }
        }
    }

    private static func sources(_ layers: SettingLayers) -> [Source] {
        switch layers {
        case .tabsFirst: order.map { .sheet($0) } + [.environment]
        case .environmentOnly: [.environment]
        case .accessList, .spreadsheetID: [.sheet(.recruitment), .environment]
        case .environmentThenMilestones: [.environment, .sheet(.milestones)]
        case .environmentFirst: [.environment] + order.map { .sheet($0) }
        }
    }

    // MARK: Keys that no setting declares

    /// Keys of Config tabs, and variables with the names of colours and icons.
    private var undeclaredKeys: [String] {
        let fromTabs = Self.order.flatMap { overlays[$0]?.tab.values.keys.map { $0 } ?? [] }
        let fromEnvironment = environment.keys.filter { Self.isThemeKey($0) && KeyName.normalised($0) == $0 }
        return Set(fromTabs + fromEnvironment).filter { Settings.declarations[$0] == nil }.sorted()
    }

    private static func undeclared(_ key: String) -> SettingDeclaration {
        SettingDeclaration(
            name: key, type: .text, fallback: nil, layers: .tabsFirst, isSecret: KeyName.isSecret(key), isUnused: false,
            note: "")
    }

    private static func isThemeKey(_ name: String) -> Bool {
        name.hasPrefix("COLOR_") || name.hasPrefix("ICON_") || name.hasSuffix("_ICON")
    }

    private func isRelated(_ name: String) -> Bool {
        Settings.declarations[name] == nil && !Self.isThemeKey(name) && name == name.uppercased()
            && ["SHEET", "GSPREAD", "GOOGLE", "SERVICE", "RECRUIT", "ONBOARD", "WELCOME", "PROMO"]
                .contains { name.contains($0) }
    }

    // MARK: Warnings

    private mutating func noteIgnoredRows(_ key: String, _ layers: SettingLayers) {
        let ignored: [KnownSpreadsheet] =
            switch layers {
            case .environmentOnly: Self.order
            case .accessList, .spreadsheetID: [.milestones, .onboarding]
            case .tabsFirst, .environmentThenMilestones, .environmentFirst: []
            }
        let tabs = ignored.filter { overlays[$0]?.tab[key] != nil }
        guard !tabs.isEmpty else { return }
        let names = tabs.map(\.rawValue).joined(separator: ", ")
        warnings.append("config: key=\(key) must not be set in a Config tab; ignoring row in \(names)")
    }

    private mutating func noteRepeatedKeys() {
        for spreadsheet in Self.order {
            guard let overlay = overlays[spreadsheet] else { continue }
            for (key, row) in overlay.tab.repeatedKeys {
                warnings.append("config: key=\(key) repeated in Config tab; using row \(row) • sheet=\(overlay.tail)")
            }
        }
    }

    private mutating func noteLegacyKeys() {
        if text("ENABLE_WELCOME_WATCHER", .environment) != nil {
            warnings.append(
                "Legacy ENABLE_WELCOME_WATCHER detected; set ENABLE_WELCOME_HOOK and remove the old key.")
        }
        if let workbook = text("WORKBOOK", .environment)?.0,
            RequiredEnvironment.localPath(String(workbook.trimmed)) == nil
        {
            warnings.append("config: WORKBOOK='\(workbook.trimmed)' invalid; using Google Sheets")
        }
    }

    /// What to say of a text of the environment that could not be read; nil for types that can read any text, and for
    /// lists that drop what they cannot read.
    private static func invalid(_ setting: SettingDeclaration, _ raw: String) -> String? {
        let fallback = setting.fallback?.description ?? "none"
        let text = raw.trimmed
        switch setting.type {
        case .time:
            return "invalid \(setting.name) '\(text)'; falling back to \(fallback)"
        case .strictID where setting.name == "REPORT_RECRUITERS_DEST_ID":
            return "invalid \(setting.name)='\(text)'"
        case .integer, .decimal, .word, .safeURL, .flag, .truth, .clampedTime, .id, .ids, .strictID:
            return "config: \(setting.name)='\(text)' invalid; using default \(fallback)"
        case .text, .lowercasedText, .wideFlag, .strictIDs, .looseIDs, .list, .phrases, .tag:
            return nil
        }
    }
}

extension Registry {
    /// The environment's layer alone, for what has to stand before a Config tab can be read. What it complains of is said
    /// by ``ConfigurationService``.
    public init(environment: [String: String], at now: Timestamp) {
        var builder = RegistryBuilder(environment: environment)
        self = builder.build(at: now)
    }
}
