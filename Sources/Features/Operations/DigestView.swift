import Books
import Bot
import Cluster
import Configuration
import Discord
import Service
import Spreadsheets

/// The fields of `!ops digest` as functions of what is known. Source: coreops chapter, section 7.2.
enum DigestView {
    private static let leading = ["clans": "ClanInfo", "templates": "Templates", "clan_tags": "ClanTags"]
    private static let order = ["clans", "templates", "clan_tags"]
    private static let shownClans = 20

    // MARK: Buckets

    static func ordered(_ snapshots: [BucketSnapshot]) -> [BucketSnapshot] {
        order.compactMap { name in snapshots.first { $0.name == name } }
            + snapshots.filter { !order.contains($0.name) }
    }

    static func line(_ bucket: BucketSnapshot) -> String {
        "\(leading[bucket.name] ?? bucket.name.titleCased) — \(status(bucket)) · age \(bucket.age?.compact ?? "n/a")"
            + " · next \(next(bucket.untilNextRefresh)) · retries \(bucket.retries)"
            + " · err \(bucket.lastError?.cell(120) ?? "—") · actor \(bucket.lastActor ?? "-")"
    }

    private static func status(_ bucket: BucketSnapshot) -> String {
        switch bucket.lastResult {
        case .ok, .retryOK: "ok"
        case .fail, .cancelled: "fail"
        case nil: bucket.lastError == nil ? "n/a" : "fail"
        }
    }

    private static func next(_ left: Duration?) -> String {
        guard let left else { return "n/a" }
        if left >= .seconds(1) { return "in \(left.compact)" }
        return left > .seconds(-1) ? "now" : "\((.zero - left).compact) ago"
    }

    /// - Parameter failure: why the last call to the sheets failed, if it did.
    static func client(_ buckets: [BucketSnapshot], _ outbox: OutboxSummary, failure: String?) -> String {
        let newest = buckets.filter { $0.age != nil }.min { ($0.age ?? .zero) < ($1.age ?? .zero) }
        var lines = [
            "last success: \(newest?.age.map { "\($0.compact) ago" } ?? "n/a")"
                + " · latency: \(newest?.lastLatency.map { "\($0.wholeMilliseconds)ms" } ?? "n/a")"
                + " · retries: \(newest.map { String($0.retries) } ?? "n/a")",
            "writes: pending \(outbox.pending) · oldest \(outbox.oldestAge?.compact ?? "-") · retries \(outbox.retries)"
                + " · conflicts \(outbox.conflicts) · refused \(outbox.refused)",
        ]
        let failing = buckets.filter { $0.lastError != nil }.max { left, right in
            (left.lastAttempt ?? .origin) < (right.lastAttempt ?? .origin)
        }
        if let error = failing?.lastError ?? failure { lines.append("last error: \(error.cell(120))") }
        return lines.joined(separator: "\n")
    }

    // MARK: Seats

    /// The counts of a clan as its row shows them.
    private struct Seats {
        var tag: ClanTag
        var manual, open, held, listed: Int
        var summary: String

        init(_ clan: Clan) {
            func number(_ column: Clan.Column) -> Int { TypedCell.firstInteger(in: clan[column]) }
            tag = clan.tag
            manual = number(.manualOpenSpots)
            open = number(.openSpots)
            held = number(.activeHolds)
            summary = clan[.holdSummary]
            listed = TypedCell.firstInteger(in: summary)
        }

        /// Whether the cells of the row contradict each other.
        var isDoubtful: Bool { open != max(manual - held, 0) || listed != held }

        var line: String {
            "\(isDoubtful ? "⚠️ " : "")\(tag) AF=\(open) AH=\(held) AI=\"\(summary.cell(40))\""
        }
    }

    static func availability(_ clans: [Clan], _ upkeep: SeatUpkeep, at now: Timestamp) -> [Embed.Field] {
        let seats = clans.map(Seats.init)
        let open = seats.reduce(0) { $0 + $1.open }
        let held = seats.reduce(0) { $0 + $1.held }
        var lines = [
            "clans \(seats.count) · AF \(open) · AH \(held) · AI \(seats.count { !$0.summary.isEmpty })",
            "recomputes pending \(upkeep.pending) · retries \(upkeep.retries) · last "
                + (upkeep.last.map { "\($0.isOK ? "ok" : "fail") \((now - $0.at).compact) ago" } ?? "n/a"),
            "drift repairs \(upkeep.repairs)"
                + (upkeep.lastRepair.map { " · last \((now - $0.at).compact) ago (\(tags($0.tags)))" } ?? ""),
        ]
        let shown = seats.filter(\.isDoubtful) + seats.filter { !$0.isDoubtful && $0.held > 0 }
        lines += shown.prefix(shownClans).map(\.line)
        if shown.count > shownClans { lines.append("… and \(shown.count - shownClans) more") }
        return EmbedLayout.fields("Availability", lines, continuation: "Availability (cont.)")
    }

    private static func tags(_ tags: [ClanTag]) -> String { tags.map(\.text).joined(separator: ", ") }
}
