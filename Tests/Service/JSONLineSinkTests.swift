import Foundation
import Service
import Synchronization
import Testing

@Suite("JSONLineSink", .timeLimit(.minutes(1)))
struct JSONLineSinkTests {
    final class Output: Sendable {
        private let bytes = Mutex<[UInt8]>([])
        func add(_ chunk: [UInt8]) { bytes.withLock { $0 += chunk } }
        var lines: [String] {
            String(decoding: bytes.withLock { $0 }, as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }

    func lines(_ options: JSONLineSink.Options = .init(), _ body: (Logger) -> Void) async -> [String] {
        let output = Output()
        let sink = JSONLineSink(options: options) { output.add($0) }
        body(Logger("app", sink: sink, time: ManualTime(start: Timestamp(milliseconds: 1_000))))
        await sink.flush()
        return output.lines
    }

    @Test("a line has the fixed keys first, then the fields; non-ASCII text stays, control characters are escaped")
    func form() async {
        var options = JSONLineSink.Options()
        options.environment = "test"
        options.bot = "robot"
        let lines = await lines(options) {
            $0.info(
                "🧭 été — \"x\"\n\u{1}", ["n": 1, "f": 0.5, "whole": 2.0, "none": nil, "list": [true, ["a": "b\\"]]])
        }
        #expect(
            lines == [
                #"{"ts":"1970-01-01T00:00:01.000Z","level":"INFO","logger":"app","msg":"🧭 été — \"x\"\n\u0001","#
                    + #""trace":"","env":"test","bot":"robot","n":1,"f":0.5,"whole":2,"none":null,"list":[true,{"a":"b\\"}]}"#
            ])
    }

    @Test("a field never overwrites a key: it becomes context_<key>, and then context_<key>_2")
    func clashes() async throws {
        let line = try #require(
            await lines {
                $0.info("m", ["msg": "a", "msg": "b", "context_msg": "c", "x": 1, "x": 2, "error": "field"])
            }.first)
        #expect(
            line.hasSuffix(
                #""bot":"","context_msg_2":"a","context_msg_3":"b","context_msg":"c","x":1,"context_x":2,"error":"field"}"#
            ))
    }

    @Test("an attached error and its stack have keys of their own")
    func errors() async throws {
        struct Failure: Error, CustomStringConvertible { var description: String { "gone" } }
        let line = try #require(
            await lines {
                $0.log(.error, "m", ["error": "field"], error: Failure(), stack: "a\nb", trace: "t")
            }.first)
        #expect(line.contains(#""trace":"t""#))
        #expect(line.hasSuffix(#""error":"gone","stack":"a\nb","context_error":"field"}"#))
    }

    @Test("every line parses as JSON whatever it contains")
    func parses() async throws {
        let texts = ["\u{0}\u{1f}\u{7f}", "\"\\/\u{2028}", "👩‍👩‍👧", "\r\n\t", ""]
        let lines = await lines { log in
            for text in texts { log.info(text, ["k\(text)": .array([.string(text), .double(.nan), .double(1e300)])]) }
        }
        for (line, text) in zip(lines, texts) {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(object["msg"] as? String == text)
        }
        #expect(lines.count == texts.count)
    }

    @Test("lines below the level are not written, and secrets are masked wherever they stand")
    func levelAndSecrets() async {
        var options = JSONLineSink.Options()
        options.level = .warning
        options.redactor = Redactor(secrets: ["hunter2hunter2"])
        let lines = await lines(options) {
            $0.info("quiet")
            $0.warning("pw hunter2hunter2", ["a": [["b": "x hunter2hunter2 y"]]])
        }
        #expect(lines.count == 1)
        #expect(lines.first?.contains("hunter2") == false)
        #expect(lines.first?.contains(#""msg":"pw ***"#) == true)
    }

    @Test("a stuck output never blocks a caller: the newest records are dropped and counted")
    func bounded() async throws {
        let output = Output()
        let gate = DispatchSemaphore(value: 0)
        var options = JSONLineSink.Options()
        options.capacity = 10
        let sink = JSONLineSink(options: options) {
            gate.wait()
            output.add($0)
        }
        let log = Logger("app", sink: sink, time: CalendarTime())
        for number in 0..<100 { log.info("line \(number)") }
        #expect(sink.droppedCount >= 80)
        for _ in 0..<100 { gate.signal() }
        await sink.flush()
        #expect(output.lines.contains { $0.contains("log records dropped") })
        #expect(output.lines.first?.contains("line 0") == true)
        sink.flushBeforeExit()
    }
}
