import Configuration
import FoundationEssentials
import Testing

/// The pages that list every setting, written out of the declarations.
///
/// With `WOADKEEPER_WRITE_DOCS=1` in the environment the tests write the files instead of comparing.
@Suite("Documents of the configuration")
struct DocumentationTests {
    @Test("docs/configuration.md lists every setting as it is declared")
    func page() throws {
        try Self.keep("docs/configuration.md", Self.page)
    }

    @Test("the environment template lists every variable, and sets none")
    func template() throws {
        try Self.keep("docs/deploy/woadkeeper.env", Self.template)
        #expect(Self.template.split(separator: "\n").allSatisfy { $0.hasPrefix("#") })
    }

    @Test("every setting says what it is for")
    func notes() {
        for setting in Settings.groups.flatMap(\.settings) { #expect(!setting.note.isEmpty, "\(setting.name)") }
    }

    private static func keep(_ path: String, _ text: String) throws {
        let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let url = URL(filePath: "\(root)/\(path)")
        if ProcessInfo.processInfo.environment["WOADKEEPER_WRITE_DOCS"] == "1" {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        let kept = String(decoding: try Data(contentsOf: url), as: UTF8.self)
        let lines = (kept: kept.split(separator: "\n"), declared: text.split(separator: "\n"))
        let stale = lines.kept.filter { !lines.declared.contains($0) }
        let missing = lines.declared.filter { !lines.kept.contains($0) }
        #expect(
            kept == text,
            """
            \(path) is not what the declarations say; WOADKEEPER_WRITE_DOCS=1 writes it anew
            stale: \(stale)
            missing: \(missing)
            """)
    }

    // MARK: The pages

    private static let titles = [
        "core": "The process", "sheets": "Google Sheets", "tabs": "Tabs and ranges", "people": "Roles and people",
        "channels": "Channels and threads", "jobs": "Watchdog, keepalive and jobs", "media": "Images and emoji",
        "leagues": "Leagues", "commands": "Commands and diagnostics",
    ]

    private static var page: String {
        var lines = [
            "# Configuration", "",
            "Every setting that the program declares. This page is written out of the declarations, and a test keeps it so:",
            "`WOADKEEPER_WRITE_DOCS=1 swift test --filter DocumentationTests` writes it anew.", "",
            "Settings come from the environment, from a file `.env` in the working folder (the environment wins), and from",
            "the Config tabs of the spreadsheets. The column *From* names the sources in order; the first usable one wins:",
            "",
            "| From | Sources |", "| --- | --- |",
        ]
        lines += Self.layers.map { "| \($0.name) | \($0.meaning) |" }
        lines += [
            "",
            "A value that cannot be read is replaced by the default, and a warning names the variable. `!cfg KEY` shows the",
            "value in force and where it came from; `!ops reload` reads the Config tabs anew, `!ops reload --reboot` the",
            "environment file too. Values of secrets are shown nowhere.", "",
            "Settings marked *needed* are reported by `woadkeeper doctor` and `!ops env` when they have no value.",
        ]
        for group in Settings.groups {
            lines += [
                "", "## \(titles[group.name] ?? group.name)", "", "| Name | Type | Default | From | Meaning |",
                "| --- | --- | --- | --- | --- |",
            ]
            lines += group.settings.map { setting in
                let standard = setting.fallback.map { "`\($0)`" } ?? "–"
                var meaning = setting.note
                if setting.isSecret { meaning += ". Secret" }
                if setting.isUnused { meaning += ". Without effect" }
                if let need = text(setting.need) { meaning += ". *Needed* \(need)" }
                return
                    "| `\(setting.name)` | \(text(setting.type)) | \(standard) | \(layer(setting.layers)) | \(meaning) |"
            }
        }
        lines += [
            "", "## Keys without a declaration", "",
            "Any other row of a Config tab becomes a setting of type text under its own name: `COLOR_<NAME>`, `ICON_<NAME>`,",
            "`<NAME>_ICON`, the ranges `MIRRALITH_…_RANGE` and `CLUSTER_…_RANGE`, and the rows that the program writes itself",
            "(`JOB_LAST_RUN_<NAME>`, `SERVER_MAP_…`, `MIRRALITH_MESSAGE_<NAME>`).", "",
        ]
        return lines.joined(separator: "\n")
    }

    private static var template: String {
        var lines = [
            "# Woadkeeper: every variable of the environment, with its default.",
            "# Remove the mark in front of those that you set. docs/configuration.md says more about each.",
        ]
        for group in Settings.groups {
            lines += ["#", "# --- \(titles[group.name] ?? group.name)", "#"]
            for setting in group.settings where !setting.isUnused {
                lines.append("# \(setting.note)\(text(setting.need).map { " (needed \($0))" } ?? "")")
                lines.append("#\(setting.name)=\(setting.fallback?.description ?? "")")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: Words

    private static let layers: [(layers: SettingLayers, name: String, meaning: String)] = [
        (.tabsFirst, "tabs", "milestones, onboarding, recruitment Config tab, environment, default"),
        (
            .environmentOnly, "environment",
            "environment, default; a row of this name in a Config tab is ignored with a warning"
        ),
        (.accessList, "access", "recruitment Config tab, environment"),
        (.spreadsheetID, "sheet id", "recruitment Config tab, environment"),
        (.environmentThenMilestones, "environment, milestones", "environment, milestones Config tab"),
        (
            .environmentFirst, "environment, tabs",
            "environment, milestones, onboarding, recruitment Config tab, default"
        ),
    ]

    private static func layer(_ layers: SettingLayers) -> String {
        Self.layers.first { $0.layers == layers }?.name ?? "?"
    }

    private static func text(_ need: SettingNeed) -> String? {
        switch need {
        case .never: nil
        case .always: "always"
        case .whileAnyOn(let keys): "while \(keys.map { "`\($0)`" }.joined(separator: " or ")) is on"
        case .with(let key): "with `\(key)`"
        case .when(let key, let value): "when `\(key)` is `\(value)`"
        }
    }

    private static func text(_ type: SettingType) -> String {
        switch type {
        case .text: "text"
        case .lowercasedText: "text, any case"
        case .word(let words): "one of \(words.joined(separator: ", "))"
        case .integer(let bounds):
            "whole number\(range(bounds.lowerBound == .min, bounds.lowerBound, bounds.upperBound))"
        case .decimal(let bounds):
            "number, \(SettingValue.decimal(bounds.lowerBound)) to \(SettingValue.decimal(bounds.upperBound))"
        case .flag: "yes or no"
        case .wideFlag: "yes or no; other words are no"
        case .truth: "yes or no, or a number"
        case .id: "id, also as a mention"
        case .ids: "ids, any separators"
        case .strictID: "id"
        case .strictIDs: "ids, commas between"
        case .looseIDs: "ids, any separators"
        case .list: "list, commas between"
        case .phrases: "phrases, commas between"
        case .time: "HH:MM"
        case .clampedTime: "HH:MM or HH"
        case .safeURL: "HTTPS address"
        case .tag: "letters, digits, `-`, `_`"
        }
    }

    private static func range(_ isOpen: Bool, _ low: Int, _ high: Int) -> String {
        isOpen ? "" : ", \(low) to \(high)"
    }
}
