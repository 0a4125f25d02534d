import Cluster
import Testing

@testable import woadkeeper

@Suite("The ledger of the demo")
struct SampleLedgerTests {
    @Test("dates in each notation move by the same number of days, and nothing else moves")
    func moved() throws {
        let today = try #require(CalendarDay(typed: "2026-03-26"))
        let row = "900000000000000402,WKBR,2026-03-20,2026-03-12T17:05:00+00:00,2026/03/21,20/03/2026,2026-02-30,W0602"
        #expect(
            SampleLedger.moved(row, to: today)
                == "900000000000000402,WKBR,2026-03-30,2026-03-22T17:05:00+00:00,2026-03-31,2026-03-30,2026-02-30,W0602"
        )
    }
}
