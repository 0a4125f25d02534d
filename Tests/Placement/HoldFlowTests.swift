import Cluster
import Discord
import FoundationEssentials
import Journal
import Service
import Testing

@testable import Placement

@Suite("Changes of holds as the journal keeps them")
struct HoldFlowTests {
    private static let today = "2026-03-16"

    private static func row(_ status: String, until day: String = "2026-03-20", thread: Int = 402) -> [String] {
        [
            "\(thread)", "302", "351", "#wk-br", day, "2026-03-12 17:05", status, "moves, \"soon\"", "Brindlefox",
        ]
    }

    private static func flow(
        _ kind: HoldFlow.Kind, until day: String? = nil, cells: [String]? = nil
    ) throws -> HoldFlow {
        let hold = try #require(Reservation(cells: cells ?? row("active"), sheetRow: 2))
        return HoldFlow(
            kind: kind, cause: "message:1", guild: 9, cells: hold.cells, label: "#wk-br", user: 302, until: day,
            day: today, asked: HoldFlow.Asked(channel: 5, message: 6, person: 351))
    }

    @Test(
        "what is left follows from the kind of the change and from what was done",
        arguments: [
            (HoldFlow.Kind.reserve, [], [.recompute, .answer, .rename, .log]),
            (.reserve, [.recompute], [.answer, .rename, .log]),
            (.reserve, [.recompute, .answer], [.rename, .log]),
            (.reserve, [.recompute, .answer, .rename], [.log]),
            (.reserve, [.recompute, .answer, .rename, .log], []),
            (.extend, [], [.log, .note, .answer]), (.extend, [.log], [.note, .answer]),
            (.extend, [.log, .answer], [.note]), (.extend, [.log, .note, .answer], []),
            (.release, [], [.recompute, .log, .note, .rename, .answer]),
            (.release, [.recompute, .log, .rename], [.note, .answer]),
            (.release, [.recompute, .log, .note, .rename, .answer], []),
            (.expire, [], [.note, .rename, .audit, .log, .recompute]),
            (.expire, [.note, .rename, .audit, .log], [.recompute]),
            (.expire, [.note, .recompute], [.rename, .audit, .log]),
            (.expire, [.note, .rename, .audit, .log, .recompute], []),
        ] as [(HoldFlow.Kind, [HoldFlow.Step], [HoldFlow.Step])])
    func remaining(kind: HoldFlow.Kind, done: [HoldFlow.Step], left: [HoldFlow.Step]) throws {
        #expect(try Self.flow(kind).remaining(after: Set(done)) == left)
    }

    @Test(
        "whether a change was made is read from the ledger, and what somebody did since ends it",
        arguments: [
            (HoldFlow.Kind.reserve, "active", "2026-03-20", "made"), (.reserve, "active", "2026-04-01", "made"),
            (.reserve, "released", "2026-03-20", "overtaken"), (.reserve, "", "", "not made"),
            (.extend, "active", "2026-03-28", "made"), (.extend, "active", "2026-03-20", "not made"),
            (.extend, "released", "2026-03-28", "overtaken"), (.extend, "", "", "overtaken"),
            (.release, "released", "2026-03-20", "made"), (.release, "ACTIVE", "2026-03-20", "not made"),
            (.release, "expired", "2026-03-20", "overtaken"), (.release, "", "", "overtaken"),
            (.expire, "expired", "2026-03-20", "made"), (.expire, "active", "2026-03-20", "not made"),
            (.expire, "closed_same_clan", "2026-03-20", "overtaken"), (.expire, "", "", "overtaken"),
        ])
    func standing(kind: HoldFlow.Kind, status: String, until: String, expected: String) throws {
        let other = try #require(Reservation(cells: Self.row("active", thread: 403), sheetRow: 2))
        var rows = [other]
        if !status.isEmpty {
            rows.append(try #require(Reservation(cells: Self.row(status, until: until), sheetRow: 7)))
        }
        let standing = try Self.flow(kind, until: "2026-03-28").standing(in: ReservationLedger(rows))
        switch standing {
        case .made(let row): #expect(expected == "made" && row == rows.last)
        case .notMade: #expect(expected == "not made")
        case .overtaken: #expect(expected == "overtaken")
        }
    }

    @Test("a flow names the same hold after it was kept", arguments: HoldFlow.Kind.allCases)
    func kept(kind: HoldFlow.Kind) throws {
        for cells in [Self.row("active"), ["", "", "", "WKBR", "", "some day", "active", "", "Eskil the Grey"]] {
            let hold = try #require(Reservation(cells: cells, sheetRow: 3))
            let flow = try Self.flow(kind, until: "2026-03-28", cells: cells)
            let again = try JSONDecoder().decode(HoldFlow.self, from: try JSONEncoder().encode(flow))
            #expect(again == flow)
            #expect(again.id == flow.id)
            #expect(again.hold?.identity == hold.identity)
            #expect(again.hold?.isUserBlank == hold.isUserBlank)
        }
    }

    private static func check(
        _ flows: HoldFlows, leaves expected: [HoldFlow], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let left = try await flows.left().map(\.flow)
        #expect(left == expected, sourceLocation: sourceLocation)
    }

    @Test("a journal knows what was begun, which steps are done, and nothing of what has ended")
    func journal() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("placement-tests-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let time = ManualTime(start: Timestamp(milliseconds: 1_773_648_000_000))
        let journal = try await Journal.open(directory: folder, time: time, logger: .silent)
        let (first, next) = (
            HoldFlows(journal: journal, calendar: time, logger: .silent),
            HoldFlows(journal: journal, calendar: time, logger: .silent)
        )
        let (release, expire) = (try Self.flow(.release), try Self.flow(.expire))
        let begun = await first.begin(release)
        #expect(!begun.isResumed && begun.done.isEmpty)
        _ = await first.begin(expire)
        await first.note(.note, of: release)
        await first.end(expire)
        try await Self.check(first, leaves: [])
        try await Self.check(next, leaves: [release])
        let resumed = await next.begin(release)
        #expect(resumed.isResumed && resumed.done == [.note])
        #expect(resumed.startedAt == time.now)
        try await Self.check(next, leaves: [])
        next.letGo(release)
        try await Self.check(next, leaves: [release])
        await next.end(release)
        try await Self.check(next, leaves: [])
        await journal.close()
    }
}
