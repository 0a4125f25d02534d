import Cluster
import Discord
import Testing

@testable import Placement

/// What sheets and names may hold at most still makes messages that Discord takes.
@Suite("Views of reservations with the largest content")
struct PlacementViewTests {
    private static let long = String(repeating: "W@**`_ every\u{301}one 🧭", count: 400)

    private static func reservation(_ number: Int, user: String = "", tag: String = long) throws -> Reservation {
        try #require(
            Reservation(
                cells: [
                    "\(UInt64.max - UInt64(number))", user, "\(UInt64.max)", tag, "9999-12-31",
                    "2026-03-15T08:00:00+00:00", "active", long, long,
                ], sheetRow: number + 2))
    }

    private static func fits(_ text: String) -> Bool { text.utf16.count <= Limits.content && !text.isEmpty }

    @Test("lists are cut into messages that fit, and lose no row", arguments: [0, 1, 9, 10, 11, 200])
    func lists(count: Int) throws {
        let rows = try (0..<count).map { try Self.reservation($0) }
        let ticket = ListingView.Ticket(name: "Res-W0455-\(Self.long)")
        for pages in [ListingView.all(rows) { _ in ticket }, ListingView.clan(Self.long, rows) { _ in ticket }] {
            #expect(pages.allSatisfy(Self.fits))
            let lines = pages.flatMap { $0.split(separator: "\n") }.filter { $0.hasPrefix("• ") }
            #expect(lines.count == count)
        }
        #expect(ListingView.all(rows) { _ in nil }.allSatisfy { $0.split(separator: "\n").count <= 11 })
    }

    @Test("what a ticket is told fits a message")
    func ticket() throws {
        let hold = try Self.reservation(1)
        let other = try #require(FinalClan("WKAS"))
        for text in [
            ListingView.one(hold, Self.long.shown), ListingView.mismatch(hold, inName: other, control: "<#1>"),
            ListingView.several(Self.long.shown, control: "<#1>"), ListingView.noneInClan(Self.long),
            ReserveView.duplicate(1, hold, ticket: "W0455", thread: Self.long.shown, control: "<#1>"),
        ] {
            #expect(Self.fits(text), "\(text.prefix(80))")
            #expect(!text.contains("@everyone"))
        }
    }

    @Test("reminders, notes and the audit fit, ping only whom they should, and their buttons fit an id")
    func jobs() throws {
        let today = try #require(CalendarDay(typed: "9999-12-30"))
        let roles = (0..<40).map { RoleID(integerLiteral: UInt64.max - UInt64($0)) }
        let link = "https://discord.com/channels/\(UInt64.max)/\(UInt64.max)"
        for hold in [
            try Self.reservation(1), try Self.reservation(2, user: "\(UInt64.max)", tag: "WKAS"),
            try Self.reservation(3, user: "", tag: String(repeating: "A", count: 300)),
        ] {
            let reminder = ReminderView.reminder(hold, link: link, roles: roles, on: today)
            #expect(Self.fits(reminder.content ?? ""))
            #expect(reminder.allowedMentions == .roles(roles))
            #expect(ReminderView.reminds(reminder.content ?? "", of: hold, link: link))
            #expect(!ReminderView.reminds(reminder.content ?? "", of: hold, link: "https://discord.com/channels/1/2"))
            let expired = ReminderView.expired(hold)
            #expect(Self.fits(expired.content ?? "") && !expired.allowedMentions.everyone)
            let audit = ReminderView.audit(hold, until: today, link: link)
            #expect(Self.fits(audit.content ?? "") && audit.allowedMentions == .none)
        }
        #expect(HoldButtons.row(for: try Self.reservation(2, user: "\(UInt64.max)", tag: "WKAS")).count == 1)
        #expect(HoldButtons.row(for: try Self.reservation(3, tag: String(repeating: "A", count: 300))).isEmpty)
    }
}
