import Glibc
import Service
import Testing

@Suite("DedicatedThread", .timeLimit(.minutes(1)))
struct DedicatedThreadTests {
    actor Ledger {
        let thread = DedicatedThread(name: "ledger")
        nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
        private var entries: [Int] = []

        func add(_ entry: Int) -> pthread_t {
            entries.append(entry)
            return pthread_self()
        }

        var count: Int { entries.count }
        var isOnThread: Bool { thread.isCurrent }
        nonisolated func assumed() -> Bool { assumeIsolated { $0.entries.isEmpty } }
        func checkFromInside() -> Bool { assumed() }
    }

    @Test("an actor runs on its own thread only")
    func oneThread() async {
        let ledger = Ledger()
        let threads = await withTaskGroup(of: pthread_t.self) { group in
            for entry in 0..<200 { group.addTask { await ledger.add(entry) } }
            return await group.reduce(into: Set<pthread_t>()) { $0.insert($1) }
        }
        #expect(threads.count == 1)
        #expect(await ledger.count == 200)
        #expect(await ledger.isOnThread)
        #expect(!ledger.thread.isCurrent)
        await ledger.thread.stopAndWait()
    }

    @Test("isolation can be assumed on the thread")
    func assumeIsolated() async {
        let ledger = Ledger()
        #expect(await ledger.checkFromInside())
    }

    @Test("work that comes after the stop is still done")
    func lateWork() async throws {
        let thread = DedicatedThread(name: "late")
        #expect(try await thread.run { 1 } == 1)
        await thread.stopAndWait()
        #expect(try await thread.run { 2 } == 2)
        await thread.stopAndWait()
    }

    @Test("errors of blocking calls reach the caller")
    func errors() async {
        struct Failure: Error {}
        let thread = DedicatedThread(name: "failing")
        await #expect(throws: Failure.self) { try await thread.run { throw Failure() } }
        thread.stop()
    }
}
