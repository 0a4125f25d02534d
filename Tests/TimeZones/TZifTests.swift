import Testing
import TimeZones

/// A TZif file made of its parts.
private struct MadeZone {
    var version: UInt8 = 0x32
    var transitions: [Int] = []
    var indices: [UInt8] = []
    var types: [(offset: Int, flag: UInt8, abbreviation: UInt8)] = [(3600, 0, 0), (7200, 1, 4)]
    var characters = "CET\0CEST\0"
    var leapSeconds = 0
    var claimedTransitions: Int?
    var footer: String? = "CET-1CEST,M3.5.0,M10.5.0/3"

    var bytes: [UInt8] {
        guard version > 0 else { return block(timeSize: 4) }
        let end = footer.map { "\n\($0)\n" } ?? ""
        return block(timeSize: 4) + block(timeSize: 8) + Array(end.utf8)
    }

    private func block(timeSize: Int) -> [UInt8] {
        var bytes = Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15)
        let counts = [0, 0, leapSeconds, claimedTransitions ?? transitions.count, types.count, characters.utf8.count]
        for count in counts { bytes += number(count, 4) }
        for transition in transitions { bytes += number(transition, timeSize) }
        bytes += indices
        for type in types { bytes += number(type.offset, 4) + [type.flag, type.abbreviation] }
        bytes += characters.utf8
        return bytes + [UInt8](repeating: 0, count: leapSeconds * (timeSize + 4))
    }

    private func number(_ value: Int, _ size: Int) -> [UInt8] {
        (0..<size).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}

@Suite("Files of time zones")
struct TZifTests {
    @Test("all four versions are read", arguments: [0, 0x32, 0x33, 0x34] as [UInt8])
    func versions(_ version: UInt8) throws {
        let made = MadeZone(version: version, transitions: [1000], indices: [1])
        let zone = try NamedTimeZone(name: "made", parsing: made.bytes)
        #expect(zone.regime(at: 999).abbreviation == "CET")
        #expect(zone.regime(at: 1000).abbreviation == (version == 0 ? "CEST" : "CET"))
    }

    @Test(
        "rules of the footer, as POSIX and its extensions describe them",
        arguments: [
            ("EST5EDT,M3.2.0,M11.1.0", 1_792_890_000, -14_400),
            ("EST5EDT,M3.2.0,M11.1.0", 1_800_000_000, -18_000),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", 1_800_000_000, 39_600),
            ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 1_800_000_000, 39_600),
            ("XXX3EDT4,0/0,J365/23", 1_800_000_000, -14_400),
            ("XXX3EDT4,0/0,J365/23", 1_798_772_400, -14_400),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 1_774_746_000, -3600),
            ("IST-1GMT0,M10.5.0,M3.5.0/1", 1_800_000_000, 0),
            ("UTC0", 1_800_000_000, 0),
        ])
    func footers(_ footer: String, _ instant: Int, _ offset: Int) throws {
        let zone = try NamedTimeZone(name: "made", parsing: MadeZone(footer: footer).bytes)
        #expect(zone.regime(at: instant).offset == offset)
    }

    @Test(
        "a footer that says nothing sensible is an error",
        arguments: [
            "CET", "CE-1", "CET-1CEST", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-25",
            "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,M10.5.0,", "<CET-1", "CET-1CEST,J366,M10.5.0",
            "CET-1CEST,M3.5.0/168,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET--1", "CET-1:60",
        ])
    func badFooters(_ footer: String) {
        #expect(throws: TimeZoneError.self) {
            try NamedTimeZone(name: "made", parsing: MadeZone(footer: footer).bytes)
        }
    }

    @Test("hostile files are errors, and cost nothing")
    func hostile() throws {
        var files: [String: MadeZone] = [:]
        files["version"] = MadeZone(version: 0x35)
        files["no types"] = MadeZone(types: [])
        files["no characters"] = MadeZone(characters: "")
        files["a type beyond the last"] = MadeZone(transitions: [1000], indices: [2])
        files["an abbreviation beyond the last"] = MadeZone(types: [(0, 0, 9)])
        files["an abbreviation without end"] = MadeZone(types: [(0, 0, 0)], characters: "CET")
        files["an offset of days"] = MadeZone(types: [(93_600, 0, 0)])
        files["an unknown flag"] = MadeZone(types: [(0, 2, 0)])
        files["transitions out of order"] = MadeZone(transitions: [1000, 1000], indices: [0, 1])
        files["leap seconds"] = MadeZone(leapSeconds: 1)
        files["billions of transitions"] = MadeZone(claimedTransitions: 0xFFFF_FFFF)
        files["no footer"] = MadeZone(footer: nil)
        for (what, made) in files {
            #expect(throws: TimeZoneError.self, "\(what)") { try NamedTimeZone(name: what, parsing: made.bytes) }
        }
        let whole = MadeZone(transitions: [1000], indices: [1]).bytes
        for count in 0..<whole.count {
            #expect(throws: TimeZoneError.self, "\(count) bytes") {
                try NamedTimeZone(name: "cut", parsing: Array(whole.prefix(count)))
            }
        }
    }
}
