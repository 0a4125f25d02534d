import Service
import Testing

@Suite("Awaitable", .timeLimit(.minutes(1)))
struct AwaitableTests {
    @Test("each waiter goes on when its own condition is met")
    func conditions() async {
        let number = Awaitable(0)
        await number.until { $0 == 0 }
        let waiters = (1...3).map { goal in Task { await number.until { $0 >= goal } } }
        for goal in 1...3 {
            number.withLock { $0 += 1 }
            await waiters[goal - 1].value
        }
        #expect(number.withLock { $0 } == 3)
    }

    @Test("a condition that was met for a moment is enough")
    func moment() async {
        let isOpen = Awaitable(false)
        let waiting = Awaitable(false)
        let waiter = Task {
            await isOpen.until { value in
                waiting.withLock { $0 = true }
                return value
            }
        }
        await waiting.until { $0 }
        // The condition is judged under the lock that this takes, so the waiter is registered by now.
        isOpen.withLock { $0 = true }
        isOpen.withLock { $0 = false }
        await waiter.value
    }

    @Test("a cancelled waiter returns, cancelled before or while it waits")
    func cancellation() async {
        let never = Awaitable(())
        let waiter = Task { await never.until { false } }
        waiter.cancel()
        await waiter.value
        let late = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            await never.until { false }
        }
        await late.value
    }
}
