import Cluster
import Journal
import Service
import Spreadsheets

extension SeatBook {
    /// Hears what came of recorded changes of the ledger. Where one is not made of which nobody waits for news, because it
    /// was said to be recorded, the log channel is told, and the clan's seats are computed without it.
    public func hear(_ notice: Outbox.Notice) {
        guard case .settled(let entry, isAwaited: false) = notice, entry.state != .applied else { return }
        let key = zip(Reservation.Identity.columns, BookTable.texts(ofIdentity: entry.intent.row))
        let texts = Dictionary(key) { first, _ in first }
        let tag = ClanTag(texts[Reservation.Column.clanTag.header] ?? "")
        if let tag { doubt(tag) }
        services.logger.warning(
            "recorded change of a reservation not made",
            [
                "clan_tag": .string(tag?.text ?? ""), "key": .string(entry.intent.key),
                "outcome": .string(entry.state.rawValue), "reason": .string(entry.note),
            ])
        let thread = texts[Reservation.Column.threadID.header].flatMap { $0.isEmpty ? nil : "<#\($0)>" }
        let recruit = texts[Reservation.Column.ticketUserID.header].flatMap { $0.isEmpty ? nil : "<@\($0)>" }
        services.alert(
            "⚠️ Reservation not changed — clan=\(tag?.text ?? "unknown") • recruit=\(recruit ?? "unknown")"
                + " • ticket=\(thread ?? "unknown") • change=\(entry.intent.change) • reason=\(entry.note)"
                + " • it had been recorded, but the ledger did not take it; enter it again if it is still wanted.")
    }
}

extension OutboxIntent {
    /// What a change of the ledger was to do, in a few words.
    fileprivate var change: String {
        let text = { (column: Reservation.Column) -> String? in
            guard let cell = cells.first(where: { $0.column == column.header }) else { return nil }
            let shown = cell.value.cellValue.shown
            return operation == .append || shown != cell.seenBefore ? shown : nil
        }
        let status = operation == .append ? "new hold" : text(.status).map { "status \($0)" }
        return [status, text(.reservedUntil).map { "until \($0)" }].compactMap(\.self).joined(separator: ", ")
    }
}
