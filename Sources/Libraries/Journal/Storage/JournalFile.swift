import Glibc
import Service

/// The two connections to the journal's file, opened so that the file is known to be sound and of the newest shape.
struct JournalFile {
    /// Commits wait for the disk.
    let forced: Database
    /// Commits wait for the operating system only.
    let unforced: Database

    /// Opens the file, creating it if it is missing. A damaged file is renamed and a fresh one takes its place.
    static func open(path: String, logger: Logger, now: Timestamp) throws(JournalError) -> JournalFile {
        do throws(JournalError) {
            return try openSound(path: path)
        } catch .corrupt(let message) {
            let aside = "\(path).corrupt-\(now.milliseconds)"
            for suffix in ["", "-wal", "-shm"] {
                guard rename(path + suffix, aside + suffix) == 0 || errno == ENOENT else {
                    throw .unwritable(path: path + suffix, reason: String(cString: strerror(errno)))
                }
            }
            logger.error(
                "journal: damaged file set aside, a fresh one begins",
                ["path": .string(path), "aside": .string(aside), "reason": .string(message)])
            let fresh = try openSound(path: path)
            // Whoever still holds entries of the damaged file must not take new ones for them. Their numbers were counted
            // from one, or from such a time before.
            try fresh.forced.run(
                "INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', ?)", .integer(now.milliseconds))
            return fresh
        }
    }

    private static func openSound(path: String) throws(JournalError) -> JournalFile {
        let forced = try Database(path: path, durability: .full)
        let findings = try forced.rows("PRAGMA quick_check(1)") { row throws(JournalError) in row.text(0) }
        if let finding = findings.first, finding != "ok" { throw .corrupt(finding) }
        try Migrations.apply(to: forced)
        return JournalFile(forced: forced, unforced: try Database(path: path, durability: .normal))
    }
}
