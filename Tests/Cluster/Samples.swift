@testable import Cluster

/// Values that tests are about, with everything else filled in.
enum Samples {
    /// A clan whose row has these cells.
    static func clan(
        _ tag: String, row: Int = 4, layout: RosterLayout = RosterLayout(), _ cells: [Clan.Column: String] = [:]
    ) -> Clan {
        var row35 = Array(repeating: "", count: Clan.width)
        row35[Clan.Column.name.rawValue] = "Clan \(tag)"
        row35[Clan.Column.tag.rawValue] = tag
        row35[Clan.Column.manualOpenSpots.rawValue] = "0"
        for (column, text) in cells { row35[column.rawValue] = text }
        var clan = Clan(
            sheetRow: row, tag: ClanTag(tag)!, cells: row35, openSpots: 0, inactives: 0, reserved: 0, rosterStatus: "0")
        clan.readCounts(layout)
        return clan
    }

    /// A row of the ledger.
    static func reservation(
        _ clan: String, row: Int = 2, thread: String = "900", user: String = "300", until: String = "2026-03-20",
        created: String = "2026-03-10T10:00:00+00:00", status: String = "active", notes: String = "",
        name: String = "Ann"
    ) -> Reservation {
        Reservation(
            cells: [thread, user, "350", clan, until, created, status, notes, name], sheetRow: row)!
    }

    static func tag(_ text: String) -> ClanTag { ClanTag(text)! }

    static func day(_ text: String) -> CalendarDay { CalendarDay(typed: text)! }
}
