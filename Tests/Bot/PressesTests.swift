import Discord
import JSON
import Service
import TestTools
import Testing

@testable import Bot

@Suite("Bursts of presses", .timeLimit(.minutes(1)))
struct PressesTests {
    @Test("a handler knows whether the same person's next press on the message waits behind it")
    func successor() async throws {
        try await Kernel.run { kernel in
            let (door, seen) = (Door(), Notes<String>())
            let dispatcher = try kernel.dispatcher([
                StubFeature(
                    components: [
                        ComponentHandler("seat", access: .anyone, answer: .deferUpdate) { id, _, responder in
                            seen.add("\(id.fields[0]): \(responder.hasSuccessor)")
                        }
                    ],
                    listeners: [.hears { _ in await door.pass() }])
            ])
            let again = try kernel.press("seat:last")
            await dispatcher.deliver(
                try Kernel.message(1, "hello"),
                try kernel.press("seat:first", age: .milliseconds(20)),
                try kernel.press("seat:other", by: Kernel.admin, age: .milliseconds(10)), again, again, waits: false)
            // One press that was delivered twice waits once.
            try await eventually("three acknowledged presses") { dispatcher.presses.count == 3 }
            door.open()
            await dispatcher.waitUntilIdle()
            #expect(seen.all == ["first: true", "other: false", "last: false"])
        }
    }
}
