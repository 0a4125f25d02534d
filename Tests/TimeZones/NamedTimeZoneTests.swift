import Testing
import TimeZones

@Suite("Named time zones")
struct NamedTimeZoneTests {
    struct Moment: Sendable, CustomTestStringConvertible {
        var zone: String
        var instant: Int
        var offset: Int
        var abbreviation: String
        var isDaylightSaving = false

        var testDescription: String { "\(zone) at \(instant)" }
    }

    @Test(
        "offset and abbreviation at known instants",
        arguments: [
            Moment(zone: "Europe/Vienna", instant: -2_500_000_000, offset: 3921, abbreviation: "LMT"),
            Moment(zone: "Europe/Vienna", instant: 0, offset: 3600, abbreviation: "CET"),
            Moment(zone: "Europe/Vienna", instant: 1_774_745_999, offset: 3600, abbreviation: "CET"),
            Moment(
                zone: "Europe/Vienna", instant: 1_774_746_000, offset: 7200, abbreviation: "CEST",
                isDaylightSaving: true),
            Moment(
                zone: "Europe/Vienna", instant: 1_792_889_999, offset: 7200, abbreviation: "CEST",
                isDaylightSaving: true),
            Moment(zone: "Europe/Vienna", instant: 1_792_890_000, offset: 3600, abbreviation: "CET"),
            Moment(
                zone: "Europe/Vienna", instant: 4_000_000_000, offset: 7200, abbreviation: "CEST",
                isDaylightSaving: true),
            Moment(zone: "America/St_Johns", instant: 1_762_061_400, offset: -12_600, abbreviation: "NST"),
            Moment(zone: "Asia/Kolkata", instant: 1_700_000_000, offset: 19_800, abbreviation: "IST"),
            Moment(
                zone: "Australia/Lord_Howe", instant: 1_775_314_799, offset: 39_600, abbreviation: "+11",
                isDaylightSaving: true),
            Moment(zone: "Australia/Lord_Howe", instant: 1_775_314_800, offset: 37_800, abbreviation: "+1030"),
            Moment(
                zone: "Pacific/Apia", instant: 1_325_239_199, offset: -36_000, abbreviation: "-10",
                isDaylightSaving: true),
            Moment(
                zone: "Pacific/Apia", instant: 1_325_239_200, offset: 50_400, abbreviation: "+14",
                isDaylightSaving: true),
            Moment(zone: "Antarctica/Troll", instant: 4_100_000_000, offset: 0, abbreviation: "+00"),
        ])
    func regimes(_ moment: Moment) throws {
        let regime = try NamedTimeZone(moment.zone).regime(at: moment.instant)
        #expect(regime.offset == moment.offset)
        #expect(regime.abbreviation == moment.abbreviation)
        #expect(regime.isDaylightSaving == moment.isDaylightSaving)
    }

    @Test("a time that clocks skip is due when they were set forward; one that they show twice has two instants")
    func changes() throws {
        let vienna = try NamedTimeZone("Europe/Vienna")
        func instants(_ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int) -> NamedTimeZone.Instants {
            vienna.instants(
                showing: CivilTime(date: .init(year: year, month: month, day: day), hour: hour, minute: minute))
        }
        #expect(instants(2026, 3, 29, 1, 59) == .once(1_774_745_940))
        #expect(instants(2026, 3, 29, 2, 0) == .skipped(until: 1_774_746_000))
        #expect(instants(2026, 3, 29, 2, 30) == .skipped(until: 1_774_746_000))
        #expect(instants(2026, 3, 29, 3, 0) == .once(1_774_746_000))
        #expect(instants(2026, 10, 25, 1, 59) == .once(1_792_886_340))
        #expect(instants(2026, 10, 25, 2, 30) == .twice(first: 1_792_888_200, second: 1_792_891_800))
        #expect(instants(2026, 10, 25, 3, 0) == .once(1_792_893_600))
        // Beyond the last transition of any file.
        #expect(instants(2090, 3, 26, 2, 30) == .skipped(until: 3_794_173_200))
    }

    @Test("a day that a zone left out is skipped as a whole")
    func dateLine() throws {
        let apia = try NamedTimeZone("Pacific/Apia")
        let noon = CivilTime(date: .init(year: 2011, month: 12, day: 30), hour: 12)
        #expect(apia.instants(showing: noon) == .skipped(until: 1_325_239_200))
    }

    @Test("UTC needs no file and has no changes")
    func utc() {
        #expect(NamedTimeZone.utc.civilTime(at: 86_399).hour == 23)
        #expect(NamedTimeZone.utc.instants(showing: CivilTime(secondsSinceEpoch: 5)) == .once(5))
    }

    @Test(
        "what is no name of a zone is unknown",
        arguments: [
            "Europe/Nowhere", "", "/etc/passwd", "../../../etc/passwd", "Europe/../../passwd", "Europe",
            "Europe/Vienna\0",
            ".hidden", "Europe//Vienna",
        ])
    func unknown(_ name: String) {
        #expect(throws: TimeZoneError.unknown(name)) { try NamedTimeZone(name) }
    }

    @Test("every date of four centuries is counted there and back")
    func dates() {
        for day in stride(from: -800_000, through: 800_000, by: 97) {
            #expect(CivilDate(daysSinceEpoch: day).daysSinceEpoch == day)
        }
        #expect(CivilDate(year: 2000, month: 2, day: 29).daysSinceEpoch == 11_016)
        #expect(CivilDate(year: 2026, month: 11, day: 25).weekday == 3)
        #expect(CivilDate.daysInMonth(2, of: 1900) == 28)
    }
}
