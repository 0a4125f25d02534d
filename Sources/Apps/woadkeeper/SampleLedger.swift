import Cluster
import Service

/// The sample ledger belongs to a morning of March 2026; whoever plays with it today finds seats that are held for as long
/// from today.
enum SampleLedger {
    /// The day to which the dates of the sample belong.
    static let day = CalendarDay(typed: "2026-03-16")

    /// The ledger with every date moved by as many days as lie between that day and this one.
    /// - Parameter text: the tab as comma-separated values; dates are written `YYYY-MM-DD`, `YYYY/MM/DD` or `DD/MM/YYYY`.
    static func moved(_ text: String, to today: CalendarDay) -> String {
        guard let day else { return text }
        let days = today.daysSince1970 - day.daysSince1970
        let pattern = #/\d{4}([-\/])\d{2}\1\d{2}|\d{2}\/\d{2}\/\d{4}/#
        return text.replacing(pattern) { match in
            CalendarDay(cell: match.output.0).map { "\($0 + days)" } ?? String(match.output.0)
        }
    }
}

extension DemoFolder {
    /// Moves the dates of the ledger to the present.
    func bringLedgerUpToDate(at now: Timestamp) throws(HostFile.Failure) {
        let path = "\(workbook)/recruitment/Reservations.csv"
        guard let bytes = try HostFile.bytes(path) else { return }
        let today = CalendarDay(containing: UTCTime(secondsSince1970: Int(now.milliseconds / 1000)))
        let text = SampleLedger.moved(String(decoding: bytes, as: UTF8.self), to: today)
        try HostFile.write(Array(text.utf8), to: path)
    }
}
