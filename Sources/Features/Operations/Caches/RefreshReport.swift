import Bot
import Configuration
import Discord
import Service

/// How a refresh of several buckets went, as a table for whoever asked and as a line for operators.
///
/// Source: coreops chapter, section 7.7; runtime chapter, section 10.4.
struct RefreshReport {
    /// What was asked for.
    struct Request: Sendable {
        var scope: String
        var actor: String
        var actorID: String
        var start: Timestamp
        /// Whether names stand as they are, as the pass at startup shows them.
        var hasRawNames = false
    }

    /// One bucket; without a result it is still loading.
    struct Row: Sendable {
        var name: String
        var result: RefreshResult?
    }

    private static let header = ["bucket", "duration", "result", "retries", "ttl", "count", "error"]
    private static let errorLimits = [70, 30, 0]

    var request: Request
    var rows: [Row]
    var total: Duration

    /// How many failed.
    var failures: Int { rows.count { $0.result.map { !$0.isOK && !$0.isSkipped } ?? false } }

    // MARK: The table

    func embed(_ settings: BotSettings) -> Embed {
        var embed = Embed(
            title: "Refresh • \(request.scope)", description: "actor: \(request.actor) • trigger: manual")
        embed.color = 0x313338
        embed.fields = fields
        embed.footer = .init(text: "📘 · \(settings.footer) · total: \(total.wholeMilliseconds) ms")
        return embed.fitted()
    }

    /// The table in as few fields as it fits in: the error column is shortened first, then the rows are split.
    private var fields: [Embed.Field] {
        var fields: [Embed.Field] = []
        for limit in Self.errorLimits {
            fields = EmbedLayout.fields("Buckets", table(errorLimit: limit), as: .code(language: ""))
            if fields.count == 1 { break }
        }
        return fields
    }

    private func table(errorLimit: Int) -> [String] {
        let cells = [Self.header] + rows.map { $0.cells(errorLimit: errorLimit, isRaw: request.hasRawNames) }
        let columns = errorLimit == 0 ? Self.header.count - 1 : Self.header.count
        let widths = (0..<columns).map { column in cells.map { $0[column].count }.max() ?? 0 }
        let lines = cells.map { row in
            (0..<columns).map { column in
                row[column] + String(repeating: " ", count: widths[column] - row[column].count)
            }.joined(separator: " | ")
        }
        let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "-+-")
        return [lines[0], rule] + lines.dropFirst()
    }

    /// The same in words, for a channel that takes no embeds.
    var plainText: String {
        let scope = request.scope == "all" ? "\(rows.count) bucket(s)" : request.scope
        let head = "cache refresh · \(scope) · \(total.wholeMilliseconds) ms · by \(request.actor)"
        return ([head] + rows.map(\.plainText)).joined(separator: "\n")
    }

    // MARK: The line

    /// Of two lines with one key within five seconds the second is not posted (coreops chapter, section 8.5).
    var key: String {
        "refresh:\(request.scope):\(rows.map(\.name).sorted().joined(separator: "/")):\(request.actor)"
    }

    var line: String {
        let buckets = rows.map { "• \($0.name) \($0.status) (\($0.details))" }
        return (["♻️ **Refresh** — scope=\(request.scope)"] + buckets + ["• total=\(LogText.duration(total))"])
            .joined(separator: "\n")
    }
}

extension RefreshReport.Row {
    /// How it ended, in a word or two.
    var status: String {
        guard let result else { return "running" }
        switch result.outcome {
        case .ok: return result.retries > 0 ? "retry ok" : "ok"
        case .failed: return "fail"
        case .skipped: return "skipped"
        case .cancelled: return "cancelled"
        }
    }

    fileprivate func cells(errorLimit: Int, isRaw: Bool) -> [String] {
        [
            isRaw ? name : name.titleCased,
            result.map { "\($0.duration.wholeMilliseconds) ms" } ?? "-",
            status,
            ["retry ok", "fail"].contains(status) ? "1" : "0",
            result.map { $0.snapshot.ttlExpired ? "yes" : "no" } ?? "?",
            result?.snapshot.itemCount.map { String($0) } ?? "-",
            (result?.error ?? "-").cell(errorLimit),
        ]
    }

    fileprivate var details: String {
        guard let result else { return "-" }
        var parts = [LogText.duration(result.duration)]
        if let count = result.snapshot.itemCount { parts.append(LogText.count(count)) }
        parts.append(result.snapshot.ttlExpired ? "stale" : "ttl")
        if result.retries > 0 { parts.append("\(result.retries)× retry") }
        if let error = result.error { parts.append(error.oneLine) }
        if name != "onboarding_questions" {
            parts += result.snapshot.metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        }
        return parts.joined(separator: ", ")
    }

    fileprivate var plainText: String {
        let label = name.titleCased
        guard let result else { return "• \(label) — running" }
        let snapshot = result.snapshot
        let next = snapshot.nextRefresh?.clockText ?? "-"
        let tail = "ttl \(snapshot.ttlText) · age \(snapshot.ageText) · next \(next)"
        if let error = result.error { return "⚠ \(label) — error: \(error.cell(120)) · \(tail)" }
        return "• \(label) — refreshed in \(result.duration.wholeMilliseconds) ms · \(tail)"
    }
}

extension RefreshResult {
    /// Whether the bucket's spreadsheet is not set.
    var isSkipped: Bool {
        if case .skipped = outcome { true } else { false }
    }
}
