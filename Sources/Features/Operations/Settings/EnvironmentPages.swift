import Bot
import Configuration
import Discord
import Service

/// The pages of `!ops env`, out of settings and what is known about them. Pure. Source: coreops chapter, section 7.3.
struct EnvironmentPages {
    /// The settings in force.
    var registry: Registry
    /// Toggles with a row, by key.
    var toggles: [String: Bool]
    /// Settings that have no value though something needs one.
    var missing: [SettingDeclaration]
    /// What Config tabs gave.
    var overrides: [ConfigurationService.SheetOverrides]
    /// Who is who.
    var names: IDNames
    /// Masks what looks like a secret.
    var redactor: Redactor

    /// One logical page: its fields, before they are spread over embeds.
    struct Page {
        var fields: [Embed.Field]
    }

    /// The keys that stand on page 2 first, in this order.
    private static let placeKeys = [
        "GUILD_IDS", "LOG_CHANNEL_ID", "WELCOME_CHANNEL_ID", "WELCOME_GENERAL_CHANNEL_ID", "NOTIFY_CHANNEL_ID",
        "PROMO_CHANNEL_ID", "RECRUITERS_CHANNEL_ID", "RECRUITERS_THREAD_ID", "REPORT_RECRUITERS_DEST_ID",
        "PANEL_FIXED_THREAD_ID", "PANEL_THREAD_MODE", "ROLEMAP_CHANNEL_ID", "SERVER_MAP_CHANNEL_ID",
    ]
    /// The keys that stand on page 3 first, in this order.
    private static let roleKeys = [
        "ADMIN_ROLE_IDS", "STAFF_ROLE_IDS", "LEAD_ROLE_IDS", "RECRUITER_ROLE_IDS", "NOTIFY_PING_ROLE_ID",
    ]
    private static let identityKeys = ["BOT_NAME", "BOT_VERSION", "ENV_NAME"]
    /// Keys whose ids are people: those who have not been seen are no fault.
    private static let peopleKeys: Set<String> = [
        "ADMIN_IDS", "CLAN_LEAD_IDS", "LEAGUE_ADMIN_IDS", "TICKET_TOOL_BOT_ID",
    ]
    private static let mostWarnings = 10
    private static let longestValue = 300

    /// The four pages.
    var pages: [Page] {
        let places = Self.placeKeys + otherKeys(["CHANNEL", "THREAD", "GUILD"], Self.placeKeys)
        let roles =
            Self.roleKeys
            + otherKeys(["ROLE"], places + Self.roleKeys).filter { !$0.hasSuffix("_TAB") }
        return [first(places + roles), second(places), Page(fields: group("Roles", roles.flatMap(idLines)))]
            + [fourth(used: places + roles)]
    }

    /// Keys for the log that something needs and nobody set, sorted.
    var missingKeys: [String] { missing.map(\.name).sorted() }

    // MARK: Pages

    private func first(_ keysWithIDs: [String]) -> Page {
        let states = toggles.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value ? "ON" : "OFF")" }
        var fields = EmbedLayout.fields(
            "Core Identity", Self.identityKeys.map(plainLine), as: .code(language: ""))
        fields += EmbedLayout.fields(
            "Feature Toggles", states.isEmpty ? ["(none)"] : states, as: .code(language: ""))
        let warnings = warnings(keysWithIDs)
        if !warnings.isEmpty {
            var lines = Array(warnings.prefix(Self.mostWarnings))
            if warnings.count > lines.count {
                lines.append("… and \(warnings.count - lines.count) more missing / not-found entries.")
            }
            fields += EmbedLayout.fields("Warnings", lines)
        }
        return Page(fields: fields)
    }

    private func second(_ keys: [String]) -> Page {
        func bucket(_ key: String) -> String {
            if key == "PANEL_THREAD_MODE" { return "OTHER" }
            if key.contains("THREAD") { return "THREADS" }
            return key.contains("CHANNEL") || key == "GUILD_IDS" ? "CHANNELS" : "OTHER"
        }
        return Page(
            fields: ["CHANNELS", "THREADS", "OTHER"].flatMap { name in
                group(name, keys.filter { bucket($0) == name }.flatMap(idLines))
            })
    }

    private func fourth(used: [String]) -> Page {
        let used = Set(used + Self.identityKeys)
        let rest = allKeys.filter { !used.contains($0) && !isSecret($0) }
        let sheets = rest.filter { $0.hasSuffix("_SHEET_ID") }
        let tabs = rest.filter { $0.hasSuffix("_TAB") }
        let others = rest.filter { !$0.hasSuffix("_SHEET_ID") && !$0.hasSuffix("_TAB") }
        let secrets = allKeys.filter(isSecret).map { key -> String in
            let value = value(of: key)
            return value.isEmpty ? "\(key) = —" : "\(key) = \(Redactor.mask(value)) (masked)"
        }
        return Page(
            fields: group("SHEETS", sheets.map(plainLine)) + group("TABS", tabs.map(plainLine))
                + group("CONFIG", others.map(plainLine) + overrideLines + loaderLines)
                + EmbedLayout.fields(
                    "Secrets (masked)", secrets.isEmpty ? ["—"] : secrets, as: .code(language: "")))
    }

    private var overrideLines: [String] {
        overrides.flatMap { block -> [String] in
            let name = block.spreadsheet.rawValue
            var lines = ["", "\(name.prefix(1).uppercased())\(name.dropFirst()) overrides:"]
            if let failure = block.failure { lines.append("  (unavailable: \(redactor.reply(failure)))") }
            lines += block.values.filter { !isSecret($0.key) }.sorted { $0.key < $1.key }.map { key, value in
                let known = holdsIDs(key) ? IDNames.ids(in: value.description).compactMap { names.name(of: $0) } : []
                return "  \(key) = \(shown(value.description))"
                    + (known.isEmpty ? "" : " (\(known.joined(separator: ", ")))")
            }
            return lines
        }
    }

    private var loaderLines: [String] {
        let metadata = registry.metadata
        var lines = [
            "", "Loader: \(metadata.source) · \(metadata.status)", "  loaded_at: \(metadata.loadedAt.iso8601)",
        ]
        if let error = metadata.lastError { lines.append("  last_error: \(redactor.reply(error))") }
        return lines
    }

    // MARK: Warnings

    private func warnings(_ keysWithIDs: [String]) -> [String] {
        let empty = missing.map { "⚠ \($0.name) has no configured value (\"—\")" }
        let unknown = keysWithIDs.filter { !Self.peopleKeys.contains($0) && holdsIDs($0) }.filter { key in
            IDNames.ids(in: value(of: key)).contains { names.name(of: $0) == nil }
        }
        return empty
            + unknown.map { "⚠ \($0) contains an ID that does not exist in this guild (not found)" }
    }

    // MARK: Keys and values

    private var allKeys: [String] {
        Set(registry.keys).union(registry.relatedVariables.keys).sorted()
    }

    private func otherKeys(_ parts: [String], _ used: [String]) -> [String] {
        let used = Set(used)
        return allKeys.filter { key in
            !used.contains(key) && !isSecret(key) && parts.contains { key.contains($0) }
        }
    }

    private func isSecret(_ key: String) -> Bool { registry.isSecret(key) || KeyName.isSecret(key) }

    private func value(of key: String) -> String {
        registry.text(key) ?? registry.relatedVariables[key] ?? ""
    }

    private func holdsIDs(_ key: String) -> Bool {
        ["ID", "ROLE", "CHANNEL", "THREAD", "GUILD"].contains { key.contains($0) } && !key.hasSuffix("_SHEET_ID")
    }

    private func shown(_ value: String) -> String {
        redactor.reply(value).truncated(toUTF16: Self.longestValue)
    }

    private func plainLine(_ key: String) -> String {
        let value = value(of: key)
        let suffix = Settings.declarations[key]?.isUnused == true ? " (unused)" : ""
        return "\(key) = \(value.isEmpty ? "—" : shown(value))\(suffix)"
    }

    /// A line for each id, with the name of what it stands for; the second and later ones begin below the first.
    private func idLines(_ key: String) -> [String] {
        let value = value(of: key)
        let ids = holdsIDs(key) ? IDNames.ids(in: value) : []
        guard !ids.isEmpty else { return [plainLine(key)] }
        let suffix = Settings.declarations[key]?.isUnused == true ? " (unused)" : ""
        let indent = String(repeating: " ", count: key.count + 2)
        return ids.enumerated().map { index, id in
            (index == 0 ? "\(key): " : indent) + "\(id) → \(names.name(of: id) ?? "(not found)")"
                + (index == 0 ? suffix : "")
        }
    }

    private func group(_ name: String, _ lines: [String]) -> [Embed.Field] {
        EmbedLayout.fields(name, lines.isEmpty ? ["—"] : lines, as: .code(language: "ini"))
    }
}
