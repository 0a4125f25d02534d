import Service
import Synchronization
import Testing

@testable import Bot

@Suite("Lanes")
struct LanesTests {
    @Test("work of one lane runs in order, one at a time", .timeLimit(.minutes(1)))
    func order() async {
        let lanes = Lanes<Int>()
        let seen = Mutex<[Int: [Int]]>([:])
        for index in 0..<1000 {
            await lanes.enqueue("work", in: index % 3) { seen.withLock { $0[index % 3, default: []].append(index) } }
        }
        await lanes.waitUntilDrained()
        for lane in 0..<3 {
            #expect(seen.withLock { $0[lane] } == Array(stride(from: lane, to: 1000, by: 3)))
        }
        #expect(lanes.count == 0)
    }

    @Test("a slow lane does not hold up another", .timeLimit(.minutes(1)))
    func independence() async {
        let lanes = Lanes<String>()
        let door = Door()
        let done = Door()
        await lanes.enqueue("slow", in: "a") { await door.pass() }
        await lanes.enqueue("quick", in: "b") { done.open() }
        await done.pass()
        #expect(lanes.running == ["slow"])
        door.open()
        await lanes.waitUntilDrained()
    }

    @Test("a full lane makes the reader wait, and loses nothing", .timeLimit(.minutes(1)))
    func backPressure() async {
        let lanes = Lanes<Int>(depth: 2)
        let door = Door()
        let count = Mutex(0)
        let queued = Awaitable(0)
        await lanes.enqueue("first", in: 0) { await door.pass() }
        let reader = Task {
            for _ in 0..<5 {
                await lanes.enqueue("next", in: 0) { count.withLock { $0 += 1 } }
                queued.withLock { $0 += 1 }
            }
        }
        await queued.until { $0 == 2 }
        // Were there room for a third, it would be taken within these turns.
        for _ in 0..<100 { await Task.yield() }
        #expect(queued.withLock { $0 } == 2)
        door.open()
        await reader.value
        await lanes.waitUntilDrained()
        #expect(count.withLock { $0 } == 5)
    }

    @Test("who waits for the end of all work can be cancelled while a handler is stuck", .timeLimit(.minutes(1)))
    func cancelledWait() async {
        let lanes = Lanes<Int>()
        let door = Door()
        await lanes.enqueue("stuck", in: 0) { await door.pass() }
        let wait = Task { await lanes.waitUntilDrained() }
        wait.cancel()
        await wait.value
        #expect(lanes.running == ["stuck"])
        door.open()
        await lanes.waitUntilDrained()
    }

    @Test(
        "closed lanes take no work, let go of those who wait for room, and finish what is queued",
        .timeLimit(.minutes(1)))
    func closing() async {
        let lanes = Lanes<Int>(depth: 1)
        let door = Door()
        let count = Mutex(0)
        #expect(await lanes.enqueue("first", in: 0) { await door.pass() })
        #expect(await lanes.enqueue("second", in: 0) { count.withLock { $0 += 1 } })
        let third = Task { await lanes.enqueue("third", in: 0) { count.withLock { $0 += 1 } } }
        lanes.close()
        #expect(await third.value == false)
        #expect(await lanes.enqueue("fourth", in: 1) {} == false)
        door.open()
        await lanes.waitUntilDrained()
        #expect(count.withLock { $0 } == 1)
    }
}
