import Discord
import HTTPClient
import JSON
import Service
import Synchronization
import Testing

@testable import Bot

@Suite("Slash commands: keeping what is registered", .timeLimit(.minutes(1)))
struct SlashRegistrarTests {
    /// Discord's side of registering.
    private final class Shelf: Sendable {
        let commands = Mutex<[JSONValue]>([])
        let writes = Notes<Int>()

        func answer(_ request: FakeDiscord.Request) -> HTTPResponse? {
            if request.path.hasSuffix("/applications/@me") {
                return .json(200, ["id": "98", "name": "Woad", "flags": 0])
            }
            guard request.path.hasSuffix("/applications/98/guilds/1/commands") else { return nil }
            if request.method == .put {
                writes.add(request.body.elements.count)
                commands.withLock { commands in
                    commands = request.body.elements.enumerated().map { index, command in
                        var command = command
                        command["id"] = .string("\(index + 500)")
                        command["application_id"] = "98"
                        return command
                    }
                }
            }
            return .json(200, .array(commands.withLock { $0 }))
        }
    }

    private func play(_ body: (Kernel, Shelf, SlashRegistrar) async throws -> Void) async throws {
        try await Kernel.run { kernel in
            let shelf = Shelf()
            kernel.discord.answers { shelf.answer($0) }
            let registrar = SlashRegistrar(
                catalog: try CommandCatalog([
                    StubFeature(commands: [.stub("clan"), .stub("ops env")]),
                    StubFeature(gate: .toggle("seats"), commands: [.stub("reserve")]),
                ]), rest: kernel.rest, settings: { kernel.settings.withLock { $0 } },
                settingsRead: kernel.settingsRead, logger: Logger("test", sink: kernel.log, time: kernel.calendar),
                activity: kernel.activity)
            try await body(kernel, shelf, registrar)
            await registrar.stop()
        }
    }

    private func settle(_ registrar: SlashRegistrar, _ kernel: Kernel) async {
        await registrar.serve([1])
        await registrar.waitUntilSettled()
    }

    @Test("commands are written where they differ, not where they do not, and removed when switched off")
    func differences() async throws {
        try await play { kernel, shelf, registrar in
            await settle(registrar, kernel)
            #expect(shelf.writes.all == [3])
            await settle(registrar, kernel)
            #expect(shelf.writes.all == [3])
            kernel.settings.withLock { $0.isEnabled = { $0 != "seats" } }
            await settle(registrar, kernel)
            #expect(shelf.writes.all == [3, 2])
            kernel.settings.withLock { $0.isEnabled = { $0 != SlashRegistrar.toggle } }
            await settle(registrar, kernel)
            await settle(registrar, kernel)
            #expect(shelf.writes.all == [3, 2, 0])
            #expect(kernel.log.messages.contains("slash commands removed"))
        }
    }

    @Test("nothing is touched while the switches are unknown, nor in a server that is not ours")
    func unknown() async throws {
        try await play { kernel, shelf, registrar in
            kernel.settings.withLock { $0.isKnown = { _ in false } }
            await settle(registrar, kernel)
            kernel.settings.withLock { settings in
                settings.isKnown = { _ in true }
                settings.allowedGuilds = [2]
            }
            await settle(registrar, kernel)
            #expect(kernel.discord.requests.isEmpty)
        }
    }

    @Test("a registration that fails is one warning, and the next one is tried")
    func failure() async throws {
        try await play { kernel, shelf, registrar in
            kernel.discord.answers { _ in .refusal(403, code: 50001, "Missing Access") }
            await settle(registrar, kernel)
            let trouble = kernel.log.records.filter { $0.level >= .warning }
            #expect(trouble.map(\.message) == ["slash commands not registered"])
            kernel.discord.answers { shelf.answer($0) }
            await settle(registrar, kernel)
            #expect(shelf.writes.all == [3])
        }
    }
}
