import Cluster
import Discord
import Service
import Testing

@testable import Books
@testable import Configuration
@testable import Operations

@Suite("The digest")
struct DigestViewTests {
    private static func bucket(
        _ name: String, _ result: BucketSnapshot.LoadResult? = .ok, age: Duration? = .seconds(90),
        left: Duration? = .seconds(600), error: String? = nil
    ) -> BucketSnapshot {
        var bucket = BucketSnapshot(name: name, available: true)
        bucket.lastResult = result
        bucket.age = age
        bucket.untilNextRefresh = left
        bucket.lastError = error
        bucket.lastActor = "startup"
        bucket.lastLatency = .milliseconds(12)
        return bucket
    }

    @Test(
        "one line says how a bucket is",
        arguments: [
            (bucket("clans"), "ClanInfo — ok · age 1m30s · next in 10m · retries 0 · err — · actor startup"),
            (
                bucket("clan_tags", .retryOK, left: .seconds(-61)),
                "ClanTags — ok · age 1m30s · next 1m1s ago · retries 0 · err — · actor startup"
            ),
            (
                bucket("reaction_roles", .fail, left: .zero, error: "no\nsuch tab"),
                "Reaction Roles — fail · age 1m30s · next now · retries 0 · err no such tab · actor startup"
            ),
            (
                bucket("leagues", nil, age: nil, left: nil),
                "Leagues — n/a · age n/a · next n/a · retries 0 · err — · actor startup"
            ),
            (
                bucket("leagues", .cancelled, age: nil, left: nil),
                "Leagues — fail · age n/a · next n/a · retries 0 · err — · actor startup"
            ),
        ])
    func line(_ bucket: BucketSnapshot, _ text: String) {
        #expect(DigestView.line(bucket) == text)
    }

    @Test("the three best known buckets come first; the client's line is of the last success, with the last error")
    func order() {
        let buckets = ["leagues", "clan_tags", "clans", "templates"].map { Self.bucket($0) }
        #expect(DigestView.ordered(buckets).map(\.name) == ["clans", "templates", "clan_tags", "leagues"])
        let idle = "\nwrites: pending 0 · oldest - · retries 0 · conflicts 0 · refused 0"
        #expect(
            DigestView.client([], .init(), failure: nil) == "last success: n/a · latency: n/a · retries: n/a\(idle)")
        let failing = Self.bucket("clans", .fail, age: .seconds(7200), error: "down")
        #expect(
            DigestView.client([failing, Self.bucket("templates")], .init(), failure: "shut")
                == "last success: 1m30s ago · latency: 12ms · retries: 0\(idle)\nlast error: down")
        var outbox = OutboxSummary()
        (outbox.pending, outbox.oldestAge, outbox.retries) = (2, .seconds(61), 5)
        (outbox.conflicts, outbox.refused) = (1, 3)
        #expect(
            DigestView.client([Self.bucket("templates")], outbox, failure: "shut") == """
                last success: 1m30s ago · latency: 12ms · retries: 0
                writes: pending 2 · oldest 1m1s · retries 5 · conflicts 1 · refused 3
                last error: shut
                """)
    }

    @Test("clans whose cells contradict each other come first, marked; long lists end with a count")
    func availability() throws {
        func clan(_ number: Int, manual: Int, open: Int, held: Int, summary: String) throws -> Clan {
            var cells = [String](repeating: "", count: Clan.width)
            cells[Clan.Column.manualOpenSpots.rawValue] = "\(manual)"
            cells[Clan.Column.openSpots.rawValue] = "\(open)"
            cells[Clan.Column.activeHolds.rawValue] = "\(held)"
            cells[Clan.Column.holdSummary.rawValue] = summary
            let tag = try #require(ClanTag("WK\(number)"))
            return Clan(
                sheetRow: number, tag: tag, cells: cells, openSpots: open, inactives: 0, reserved: 0, rosterStatus: "")
        }
        let clans = [
            try clan(1, manual: 2, open: 1, held: 1, summary: "1 -> Brindlefox"),
            try clan(2, manual: 2, open: 2, held: 0, summary: ""),
            try clan(3, manual: 1, open: 1, held: 1, summary: "1 -> Ash"),
        ]
        let now = Timestamp(milliseconds: 1_773_648_000_000)
        var upkeep = SeatUpkeep()
        (upkeep.pending, upkeep.retries, upkeep.repairs) = (2, 1, 3)
        upkeep.last = .init(at: now - .seconds(30), isOK: false)
        upkeep.lastRepair = .init(at: now - .seconds(7200), tags: clans.prefix(2).map(\.tag))
        let fields = DigestView.availability(clans, upkeep, at: now)
        #expect(
            fields.map(\.value) == [
                """
                clans 3 · AF 4 · AH 2 · AI 2
                recomputes pending 2 · retries 1 · last fail 30s ago
                drift repairs 3 · last 2h ago (WK1, WK2)
                ⚠️ WK3 AF=1 AH=1 AI="1 -> Ash"
                WK1 AF=1 AH=1 AI="1 -> Brindlefox"
                """
            ])
        let many = try (1...25).map {
            try clan($0, manual: 1, open: 0, held: 1, summary: "1 -> " + String(repeating: "x", count: 60))
        }
        let long = DigestView.availability(many, .init(), at: now)
        #expect(long.map(\.name) == ["Availability", "Availability (cont.)"])
        #expect(long.last?.value.hasSuffix("… and 5 more") == true)
        #expect(long.allSatisfy { $0.value.utf16.count <= 1024 })
    }
}
