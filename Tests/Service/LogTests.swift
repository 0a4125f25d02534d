import Service
import Testing

@Suite("Logger", .timeLimit(.minutes(1)))
struct LoggerTests {
    struct Failure: Error, CustomStringConvertible { var description: String { "the disk is gone" } }

    @Test("a record carries the logger's name, the time, the fields and the error")
    func record() {
        let memory = LogMemory()
        let log = Logger("a", sink: memory, time: ManualTime(start: .origin + .seconds(7))).named("b")
        log.error("write failed", ["path": "/x", "attempt": 2, "nested": ["a": [1, nil, true]]], error: Failure())
        let record = memory.records[0]
        #expect(record.level == .error)
        #expect(record.logger == "b")
        #expect(record.time == .origin + .seconds(7))
        #expect(record.error == "the disk is gone")
        #expect(record.stack == "\(#fileID):12")
        log.warning("odd")
        #expect(memory.records[1].stack == nil, "there is no error to tell the place of")
        #expect(record["path"] == "/x")
        #expect(record["nested"] == .object([.init("a", [1, nil, true])]))
    }

    @Test("the trace of the task is inherited by what it starts")
    func trace() async {
        let memory = LogMemory()
        let log = Logger("a", sink: memory, time: CalendarTime())
        log.info("outside")
        let id = Trace.make()
        await Trace.$current.withValue(id) {
            await Task { log.info("inside") }.value
            log.log(.info, "explicit", trace: "other")
        }
        #expect(memory.records.map(\.trace) == ["", id, "other"])
    }

    @Test("trace ids are random UUIDs of version 4 in lower case")
    func traceForm() {
        let ids = (0..<100).map { _ in Trace.make() }
        #expect(Set(ids).count == 100)
        for id in ids {
            let parts = id.split(separator: "-", omittingEmptySubsequences: false)
            #expect(parts.map(\.count) == [8, 4, 4, 4, 12])
            #expect(id.allSatisfy { $0 == "-" || $0.isHexDigit && !$0.isUppercase })
            #expect(parts[2].first == "4")
            #expect("89ab".contains(parts[3].first ?? "?"))
        }
    }

    @Test(
        "level names are read in any case",
        arguments: [
            ("debug", LogLevel.debug), ("INFO", .info), ("Warn", .warning), ("WARNING", .warning), ("eRRor", .error),
        ])
    func levels(name: String, level: LogLevel) {
        #expect(LogLevel(name: name) == level)
        #expect(LogLevel(name: level.name) == level)
        #expect(LogLevel(name: "loud") == nil)
    }

    @Test("a test can wait for a record, past or future, and gives up at its deadline")
    func waiting() async {
        let memory = LogMemory()
        let log = Logger("a", sink: memory, time: CalendarTime())
        let future = Task { await memory.first { $0.message == "second" } }
        log.info("first")
        log.info("second")
        #expect(await future.value?.message == "second")
        #expect(await memory.first { $0.message == "first" } != nil)
        #expect(await memory.first(within: .milliseconds(1)) { $0.message == "never" } == nil)
    }
}
