import TestTools
import Testing

@testable import Cluster

@Suite("Names of tickets")
struct TicketNameTests {
    private static let known: Set<String> = ["C1CE", "WKUM", "MART"]

    private static func isKnown(_ tag: ClanTag) -> Bool { known.contains(tag.text) }

    private static func parts(_ name: TicketName?) -> String? {
        name.map { "\($0.code)|\($0.username)|\($0.clan?.description ?? "")|\($0.state)" }
    }

    @Test(
        "welcome names",
        arguments: [
            ("W0298-Ann Lee", "W0298|Ann Lee||open"), ("Res-W0298-Ann Lee-C1CE", "W0298|Ann Lee|C1CE|reserved"),
            ("Closed-W0298-Ann Lee-NONE", "W0298|Ann Lee|NONE|closed"), ("w0298-x", "W0298|x||open"),
            ("ticket-W0001-foo", "W0001|foo||open"), ("W0001-foo-bar", "W0001|foo-bar||open"),
            ("W0001-foo-c1ce", "W0001|foo|C1CE|open"), ("W0001-C1CE", "W0001|C1CE||open"),
            ("Closed-W0001-foo-bar-MART", "W0001|foo-bar|MART|closed"), ("Closed-W0500-Tester", "W0500|Tester||closed"),
            ("res W0001 foo - zzz", "W0001|foo|ZZZ|reserved"), ("W02981-x", "W02981|x||open"),
            ("CLOSED_W0001_éla-—", "W0001|éla-—||closed"),
            ("W0001_name_", "W0001|name||open"), ("W0001W0002-x", "W0001|W0002-x||open"), ("W0298", nil),
            ("W0298--_ ", nil),
            ("W554-ann", nil), ("L0005-name", nil), ("", nil), ("W٠٠٠١-x", nil),
        ] as [(String, String?)])
    func welcome(name: String, parts: String?) {
        #expect(Self.parts(TicketName(welcome: name, isKnownTag: Self.isKnown)) == parts)
    }

    @Test(
        "promo names",
        arguments: [
            ("R0001-ABC", "R0001|ABC||open"), ("L9999-lead-C1CE", "L9999|lead|C1CE|open"),
            ("L9999-lead-ABC", "L9999|lead-ABC||open"),
            ("R0001-user name", "R0001|user name||open"), ("M0102-tamsin", "M0102|tamsin||open"),
            ("M0102 tamsin MART", "M0102|tamsin|MART|open"),
            ("m0102_tamsin_mart", "M0102|tamsin_mart||open"), ("Closed-R0001-user-NONE", "R0001|user|NONE|closed"),
            ("closed-M0104-ulvar-the-red-WKUM", "M0104|ulvar-the-red|WKUM|closed"),
            ("Closed-R0001-foo-bar", "R0001|foo-bar||closed"),
            (" R01234-Éowyn ", "R01234|Éowyn||open"), ("R0001user", nil), ("x-R0001-user", nil), ("R001-user", nil),
            ("R0001", nil),
            ("R0001-", nil), ("W0001-user", nil), ("closedR0001-user", nil), ("Closed-", nil), ("", nil),
        ] as [(String, String?)])
    func promo(name: String, parts: String?) {
        #expect(Self.parts(TicketName(promo: name, isKnownTag: Self.isKnown)) == parts)
    }

    @Test(
        "the code of a listed thread stands alone, and `_` separates",
        arguments: [
            ("prefix m9999 move", "M9999"), ("W0001_name", "W0001"), ("w12345-x", "W12345"), ("Snow1234", nil),
            ("W0001x", nil),
            ("W123", nil), ("xW0001 L0002", "L0002"), ("éW0001é", "W0001"), ("Closed-R0001-a", "R0001"),
            ("W00011R0002", nil), ("", nil),
        ] as [(String, String?)])
    func listing(name: String, code: String?) {
        #expect(TicketCode(listing: name)?.description == code)
    }

    @Test("a listed ticket is open unless archived or named closed")
    func listedState() {
        #expect(TicketListing(threadName: "W0001-a", isArchived: false)?.isOpen == true)
        #expect(TicketListing(threadName: "W0001-a", isArchived: true)?.isOpen == false)
        #expect(TicketListing(threadName: "CLOSED-W0001-a", isArchived: false)?.isOpen == false)
        #expect(TicketListing(threadName: "Closed W0001-a", isArchived: false)?.isOpen == true)
        #expect(TicketListing(threadName: "chat", isArchived: false) == nil)
    }

    @Test(
        "codes as people type them",
        arguments: [
            ("0001", "W0001", nil), ("#w0298", "W0298", nil), (" ##02981 ", "W02981", nil),
            ("ticket W0298!", "W0298", nil), ("12", nil, nil),
            ("r0001", nil, "R0001"), ("#M12345", nil, "M12345"), ("see L0003", nil, "L0003"), ("R001", nil, nil),
            ("", nil, nil),
        ] as [(String, String?, String?)])
    func typed(text: String, welcome: String?, promo: String?) {
        #expect(TicketCode(welcome: text)?.description == welcome)
        #expect(TicketCode(promo: text)?.description == promo)
    }

    @Test("whatever the applicant is called, a name reads back as it was made")
    func roundTrip() throws {
        var random = SplitMix(seed: 2026)
        let letters = ["a", "\u{301}", "Z", "é", "-", "_", " ", "7", "👩‍🚀", "ß", "W", "res", "."]
        for round in 0..<4000 {
            let username = (0..<Int.random(in: 1...50, using: &random)).map { _ in
                letters.randomElement(using: &random)!
            }.joined()
            let kind = TicketKind.allCases.randomElement(using: &random)!
            let states: [TicketName.State] = kind.isPromo ? [.open, .closed] : [.open, .reserved, .closed]
            let state = states.randomElement(using: &random)!
            let code = TicketCode(kind: kind, digits: String(Int.random(in: 1000...99_999_999, using: &random)))
            let clan =
                state == .open
                ? nil : [FinalClan.noPlacement, .clan(Samples.tag("C1CE"))].randomElement(using: &random)!
            guard let name = TicketName(code: code, username: username, clan: clan, state: state) else { continue }
            let text = name.text
            #expect(text.utf16.count <= TicketName.longestName)
            let read = try #require(
                kind.isPromo
                    ? TicketName(promo: text, isKnownTag: Self.isKnown)
                    : TicketName(welcome: text, isKnownTag: Self.isKnown),
                "round \(round): \(text)")
            #expect(read.code == code && read.clan == clan && read.state == state, "round \(round): \(text)")
            #expect(name.username.hasPrefix(read.username))
            if name.username.utf16.count < 60 { #expect(read == name) }
            #expect(TicketCode(listing: text)?.kind == kind)
        }
    }

    @Test("no bytes at all make the readers stumble")
    func anything() {
        var random = SplitMix(seed: 99)
        let pieces = [
            "W", "0001", "Res-", "Closed-", "-", "_", " ", "é", "R1234", "\u{301}", "🇩🇪", "NONE", "\r\n", "9", "l",
        ]
        for _ in 0..<5000 {
            let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in pieces.randomElement(using: &random)! }
                .joined()
            for name in [
                TicketName(welcome: text, isKnownTag: Self.isKnown), TicketName(promo: text, isKnownTag: Self.isKnown),
            ] {
                guard let name else { continue }
                #expect(!name.username.isEmpty)
                #expect(Array(text.uppercased().utf8).contains(Array(name.code.description.utf8)))
            }
            _ = TicketCode(listing: text)
        }
    }

    @Test(
        "what is too long is cut from the applicant's name between whole characters",
        arguments: [(String(repeating: "a", count: 200), 100), (String(repeating: "👩‍🚀", count: 60), 99)])
    func longNames(username: String, length: Int) throws {
        let code = try #require(TicketCode(welcome: "0298"))
        let name = try #require(TicketName(code: code, username: username, clan: .noPlacement, state: .closed)).text
        #expect(name.hasPrefix("Closed-W0298-") && name.hasSuffix("-NONE"))
        #expect((length - 4...length).contains(name.utf16.count))
        #expect(!name.contains("\u{FFFD}"))
        #expect(name.dropFirst(13).dropLast(5).allSatisfy { username.contains($0) })
    }

    @Test("a name follows its hold")
    func renames() throws {
        let tag = Samples.tag("C1CE")
        let open = try #require(TicketName(welcome: "W0298-Ann-Lee", isKnownTag: Self.isKnown))
        guard case .rename(let reserved) = open.holding(tag) else {
            Issue.record("an open ticket is renamed")
            return
        }
        #expect(reserved.text == "Res-W0298-Ann-Lee-C1CE")
        #expect(reserved.holding(tag) == .alreadyReserved)
        guard case .rename(let moved) = reserved.holding(Samples.tag("MART")) else {
            Issue.record("a reserved ticket follows the clan")
            return
        }
        #expect(moved.text == "Res-W0298-Ann-Lee-MART")
        #expect(reserved.withoutHold?.text == "W0298-Ann-Lee")
        #expect(open.withoutHold == nil)
        let closed = reserved.closed(with: .noPlacement)
        #expect(closed.text == "Closed-W0298-Ann-Lee-NONE")
        #expect(closed.holding(tag) == .skippedClosed)
        #expect(closed.withoutHold == nil)
    }

    @Test(
        "a closed ticket's name gives way to another closed name only",
        arguments: [
            ("W0298-Ann", "Res-W0298-Ann-C1CE", true), ("Res-W0298-Ann-C1CE", "W0298-Ann", true),
            ("W0298-Ann", "Closed-W0298-Ann-NONE", true), ("Closed-W0298-Ann-NONE", "Res-W0298-Ann-C1CE", false),
            ("closed W0298-Ann", "W0298-Ann", false), ("Closed-W0298-Ann-NONE", "Closed-W0298-Ann-C1CE", true),
            ("Closed-M0102-tamsin-WKUM", "M0102-tamsin", false), ("whatever", "Res-W0298-Ann-C1CE", true),
        ])
    func givingWay(present: String, next: String, expected: Bool) {
        #expect(TicketName.mayReplace(present, by: next) == expected)
    }
}
