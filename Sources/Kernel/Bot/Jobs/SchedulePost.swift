public import Service

/// The schedule as the log channel shows it once per boot (runtime chapter, sections 10.4 and 12.4).
enum SchedulePost {
    /// The jobs that come first.
    private static let leading = ["clans", "templates", "clan_tags", "onboarding_questions"]

    /// The post; it begins with ❌ if a job could not be planned.
    static func text(_ listings: [JobCenter.Listing]) -> String {
        let leaders = leading.compactMap { name in listings.first { $0.postName == name } }
        let ordered = leaders + listings.filter { !leading.contains($0.postName ?? "") }
        let rhythms = ordered.compactMap { listing in
            listing.schedule.map { "\(listing.postName ?? listing.name)=\($0.shortCadence)" }
        }
        let hasFailed = ordered.contains { $0.failure != nil }
        let intervals = rhythms.isEmpty ? "-" : rhythms.joined(separator: " • ")
        let lines = ordered.map { listing in
            let name = listing.postName ?? listing.name
            if let failure = listing.failure { return "• \(name)=- • result=fail • reason=\(failure)" }
            return "• \(name)=\(listing.next?.minuteText ?? "pending")"
        }
        return (["\(hasFailed ? "❌" : "🧭") **Scheduler** — intervals: \(intervals)"] + lines)
            .joined(separator: "\n")
    }
}

extension Timestamp {
    /// A point of calendar time as `YYYY-MM-DD HH:MM UTC`.
    public var minuteText: String { "\(iso8601.prefix(10)) \(clockText)" }

    /// The time of day of a point of calendar time, `HH:MM UTC`.
    public var clockText: String { "\(iso8601.dropFirst(11).prefix(5)) UTC" }
}
