import Glibc
import Service
import Testing

@Suite("Subprocess", .timeLimit(.minutes(1)))
struct SubprocessTests {
    func shell(_ script: String, input: [UInt8] = [], _ limits: Subprocess.Limits = .init()) async throws
        -> Subprocess.Result
    {
        try await Subprocess.run("/bin/sh", arguments: ["-c", script], input: input, limits: limits)
    }

    @Test("input goes in, both outputs and the status come out")
    func roundTrip() async throws {
        let large = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }
        let result = try await shell("cat; echo problem >&2; exit 3", input: large)
        #expect(result.status == .exited(3))
        #expect(result.output == large)
        #expect(result.errorOutput == Array("problem\n".utf8))
    }

    @Test("the program sees its environment only, and no descriptor of ours")
    func isolation() async throws {
        setenv("LEAK", "1", 1)
        let secret = open("/dev/null", O_RDONLY)
        defer { close(secret) }
        let result = try await shell("echo \"[$LEAK]\"; ls /proc/self/fd | wc -l")
        // ls has the folder itself open besides 0, 1 and 2.
        #expect(String(decoding: result.output, as: UTF8.self) == "[]\n4\n")
    }

    @Test("the pipes are told apart wherever the system puts them", arguments: 90...106)
    func manyDescriptors(lowest: Int32) async throws {
        var held: [Int32] = []
        defer { for descriptor in held { close(descriptor) } }
        while (held.last ?? -1) < lowest - 1 {
            let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
            try #require(descriptor >= 0)
            held.append(descriptor)
        }
        let result = try await shell("cat; echo problem >&2", input: Array("text".utf8))
        #expect(result.output == Array("text".utf8))
        #expect(result.errorOutput == Array("problem\n".utf8))
    }

    @Test("a program that runs too long is killed with all that it started")
    func deadline() async throws {
        var limits = Subprocess.Limits()
        limits.deadline = .milliseconds(200)
        let start = ContinuousClock.now
        await #expect(throws: Subprocess.Failure.timedOut) { try await shell("sleep 100 & sleep 100", limits) }
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test("a grandchild that keeps the pipes does not keep us")
    func grandchild() async throws {
        let start = ContinuousClock.now
        let result = try await shell("sleep 100 & echo done")
        #expect(result.output == Array("done\n".utf8))
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test("too much output is an error, too much error output is cut")
    func outputLimits() async throws {
        var limits = Subprocess.Limits()
        limits.outputBytes = 1000
        limits.errorBytes = 10
        await #expect(throws: Subprocess.Failure.outputTooLarge(limit: 1000)) {
            try await shell("yes", limits)
        }
        let result = try await shell("yes | head -c 100000 >&2", limits)
        #expect(result.errorOutput.count == 10)
    }

    @Test("limits on memory are in force")
    func memory() async throws {
        var limits = Subprocess.Limits()
        limits.fileBytes = 1000
        let result = try await shell("ulimit -f; ulimit -c", limits)
        #expect(String(decoding: result.output, as: UTF8.self).hasSuffix("0\n"))
        limits.memoryBytes = 64 << 20
        let hungry = try await shell("sleep 0.1; head -c 200000000 /dev/zero | tail -c 150000000 | wc -c", limits)
        #expect(String(decoding: hungry.output, as: UTF8.self).contains("150000000") == false)
    }

    @Test("a cancelled run kills the program and says so")
    func cancellation() async throws {
        let run = Task { try await shell("sleep 100") }
        run.cancel()
        await #expect(throws: Subprocess.Failure.cancelled) { try await run.value }
    }

    @Test("a missing program and a signal are told apart from an exit")
    func endings() async throws {
        await #expect(throws: Subprocess.Failure.notStarted("/no/such: No such file or directory")) {
            try await Subprocess.run("/no/such")
        }
        #expect(try await shell("kill -9 $$").status == .killed(signal: 9))
        #expect(try await shell("exec 1>&- 2>&-; sleep 0.05; exit 7").status == .exited(7))
    }

    @Test("a program that does not read its input is no problem")
    func closedInput() async throws {
        let result = try await shell("exec 0<&-; echo ok", input: [UInt8](repeating: 1, count: 1 << 20))
        #expect(result.output == Array("ok\n".utf8))
    }
}
