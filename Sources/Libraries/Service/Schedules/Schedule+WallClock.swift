import TimeZones

extension Schedule {
    /// Daily at times that people wrote down, on the clocks of a zone that they named. Entries that are no time are left
    /// out, none at all means midnight, and an unknown zone UTC; each with a warning.
    ///
    /// Source: runtime chapter, section 12.3.
    public static func daily(at entries: [String], zone name: String, logger: Logger) -> Schedule {
        let zone: NamedTimeZone
        do {
            zone = try NamedTimeZone(name)
        } catch {
            logger.warning("timezone not found; defaulting to UTC", ["timezone": .string(name)], error: error)
            zone = .utc
        }
        let times = entries.compactMap { time($0, logger) }
        if times.isEmpty { logger.warning("no valid refresh time; defaulting to 00:00") }
        return .daily(times.isEmpty ? [TimeOfDay(hour: 0, minute: 0)] : Set(times).sorted(), zone)
    }

    private static func time(_ entry: String, _ logger: Logger) -> TimeOfDay? {
        let parts = entry.split(separator: ":", omittingEmptySubsequences: false).map { part in
            (1...2).contains(part.utf8.count) && part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(part) : nil
        }
        guard parts.count == 2, let hour = parts[0], let minute = parts[1] else {
            logger.warning("invalid refresh time entry skipped", ["entry": .string(entry)])
            return nil
        }
        let time = TimeOfDay(hour: hour, minute: minute)
        guard (time.hour, time.minute) == (hour, minute) else {
            logger.warning("refresh time out of range", ["entry": .string(entry)])
            return nil
        }
        return time
    }
}
