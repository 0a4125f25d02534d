import Discord
import Service
import Synchronization
import Testing

@testable import Bot

@Suite("A fresh process whose settings are not read yet", .timeLimit(.minutes(1)))
struct ColdStartTests {
    /// Delivers to a feature behind a switch that is not read yet, then reads it.
    /// - Returns: what the feature was called with.
    private func delivers(
        _ events: (Kernel) throws -> [GatewayEvent], isOn: Bool, _ check: (Kernel, [String]) -> Void
    ) async throws {
        try await Kernel.run { kernel in
            let isEnabled = Mutex(false)
            kernel.settingsRead.withLock { $0 = false }
            kernel.settings.withLock { $0.isEnabled = { _ in isEnabled.withLock { $0 } } }
            let heard = Notes<String>()
            let dispatcher = try kernel.dispatcher([
                StubFeature(
                    gate: .toggle("late"), commands: [.stub("clan") { _, _ in heard.add("command") }],
                    components: [
                        ComponentHandler("seat", access: .anyone, answer: .deferUpdate) { _, _, _ in heard.add("button")
                        }
                    ],
                    listeners: [
                        .hears { heard.add($0) },
                        Listener("light", access: .anyone, on: .reactionAdded { _, _, _ in heard.add("reaction") }),
                    ])
            ])
            for event in try events(kernel) { await dispatcher.deliver(event, waits: false) }
            #expect(heard.all.isEmpty && kernel.discord.texts.isEmpty)
            isEnabled.withLock { $0 = isOn }
            kernel.settingsRead.withLock { $0 = true }
            await dispatcher.waitUntilIdle()
            check(kernel, heard.all)
        }
    }

    @Test("commands, messages, reactions and presses wait for the reading, and run in order")
    func waits() async throws {
        try await delivers(
            { kernel in
                [
                    try Kernel.message(1, "hello"), try Kernel.message(2, "!clan"), try Kernel.reaction(),
                    try kernel.press("seat"),
                ]
            }, isOn: true
        ) { _, heard in #expect(heard == ["hello", "command", "reaction", "button"]) }
    }

    @Test("a feature that turns out to be off hears nothing and says so")
    func off() async throws {
        try await delivers({ kernel in [try Kernel.message(2, "!clan"), try kernel.press("seat")] }, isOn: false) {
            kernel, heard in
            #expect(heard.isEmpty)
            let sentence = "This feature is disabled."
            #expect(kernel.discord.requests.compactMap(\.content) == [sentence, sentence])
        }
    }
}
