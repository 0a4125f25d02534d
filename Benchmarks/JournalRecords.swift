import Journal
import Service

extension Benchmark {
    /// Records a second in both classes of durability. Forced ones wait for the disk: alone, and 64 at a time, which share
    /// a commit. Unforced ones do not.
    static let journal = Benchmark("journal") {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let journal = try await Journal.open(directory: folder.path, time: CalendarTime(), logger: .silent)

        let alone = try await Stopwatch.rate(of: 100) {
            for index in 0..<100 { try await journal.setValue("value", for: "key-\(index)") }
        }
        let together = try await Stopwatch.rate(of: 64 * 20) {
            try await concurrently(64) { worker in
                for index in 0..<20 { try await journal.setValue("value", for: "key-\(worker)-\(index)") }
            }
        }
        let unforced = try await Stopwatch.rate(of: 2000) {
            for index in 0..<2000 { try await journal.savePanel(UInt64(index), kind: "bench", state: [1, 2, 3, 4]) }
        }
        await journal.close()
        return [
            Measurement("journal.forced-alone", alone, "records/s"),
            Measurement(
                "journal.forced-64-at-once", together, "records/s", against: .init(name: "alone", figure: alone)),
            Measurement("journal.unforced", unforced, "records/s", against: .init(name: "forced alone", figure: alone)),
        ]
    }
}
