/// How clocks are set year after year: the footer of a TZif file, a TZ string of POSIX with the extensions of RFC 9636.
///
/// `CET-1CEST,M3.5.0,M10.5.0/3` reads: CET is one hour east; CEST begins on the last Sunday of March at 2:00 and ends on
/// the last Sunday of October at 3:00.
struct PosixRule: Sendable, Hashable {
    /// The day on which clocks change.
    enum Day: Sendable, Hashable {
        /// The n-th weekday of a month; 5 is the last.
        case weekday(Int, week: Int, month: Int)
        /// 1 to 365; 29 February is not counted.
        case julian(Int)
        /// 0 to 365; 29 February counts.
        case ordinal(Int)

        func daysSinceEpoch(in year: Int) -> Int {
            let newYear = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch
            switch self {
            case .ordinal(let day): return newYear + day
            case .julian(let day): return newYear + day - (CivilDate.isLeap(year) && day >= 60 ? 0 : 1)
            case .weekday(let weekday, let week, let month):
                let firstOfMonth = CivilDate(year: year, month: month, day: 1).daysSinceEpoch
                let wait = (weekday - CivilDate.weekday(ofDay: firstOfMonth) + 7) % 7
                let day = wait + 7 * (week - 1)
                return firstOfMonth + (day < CivilDate.daysInMonth(month, of: year) ? day : day - 7)
            }
        }
    }

    /// A day and the time on it, in seconds from midnight, which may lie days away.
    struct Change: Sendable, Hashable {
        var day: Day
        var time: Int
    }

    /// Summer time, and when it is in force.
    struct Daylight: Sendable, Hashable {
        var regime: NamedTimeZone.Regime
        var start: Change
        var end: Change
    }

    var standard: NamedTimeZone.Regime
    var daylight: Daylight?

    func regime(at instant: Int) -> NamedTimeZone.Regime {
        guard let daylight else { return standard }
        let year = CivilTime(secondsSinceEpoch: instant + standard.offset).date.year
        return transitions(of: year - 1...year + 1, daylight).last { $0.instant <= instant }?.regime ?? standard
    }

    /// The changes after `start` and up to `end`.
    func transitions(from start: Int, to end: Int) -> [NamedTimeZone.Transition] {
        guard let daylight, start < end else { return [] }
        let years =
            CivilTime(secondsSinceEpoch: start).date.year - 1...CivilTime(secondsSinceEpoch: end).date.year + 1
        return transitions(of: years, daylight).filter { $0.instant > start && $0.instant <= end }
    }

    /// The changes of some years in ascending order. Where summer time ends in the moment in which the next begins, it
    /// never ends.
    private func transitions(of years: ClosedRange<Int>, _ daylight: Daylight) -> [NamedTimeZone.Transition] {
        var changes: [NamedTimeZone.Transition] = []
        for year in years {
            let start = daylight.start.day.daysSinceEpoch(in: year) * 86_400 + daylight.start.time
            let end = daylight.end.day.daysSinceEpoch(in: year) * 86_400 + daylight.end.time
            changes.append(.init(instant: start - standard.offset, regime: daylight.regime))
            changes.append(.init(instant: end - daylight.regime.offset, regime: standard))
        }
        changes.sort { left, right in
            left.instant != right.instant
                ? left.instant < right.instant : !left.regime.isDaylightSaving && right.regime.isDaylightSaving
        }
        return changes
    }
}
