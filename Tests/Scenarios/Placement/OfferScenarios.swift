import DiscordSimulator
import JSON
import Service
import Testing

@testable import woadkeeper

@Suite("Placement: who is offered while recruiters type")
struct OfferScenarios {
    private static let search = "/guilds/{guild_id}/members/search"

    private static func offers(
        _ play: ReservePlay, _ typed: String, _ command: String = "reserve new", option: String = "recruit"
    ) async throws -> [String] {
        play.stage.looks()
        return try await play.person.completes(command, option: option, typing: typed, in: play.thread).map(\.name)
    }

    @Test("where nobody has spoken: the ticket's recruit first, then who holds a seat, and members by their names")
    func silentGuild() async throws {
        try await ReservePlay.play { play in
            try await play.stage.registers()
            let untyped = try await play.person.completes(
                "reserve new", option: "recruit", typing: "", in: play.thread)
            #expect(untyped.first?.name == "Aldermoor" && untyped.first?.value.string == play.ann, "\(untyped)")
            let names = untyped.map(\.name)
            #expect(names.dropFirst().prefix(2) == ["Brindlefox", "Cinderwyn"], "\(names)")
            #expect(names.contains("Galatea"), "who left the server and holds a seat is known by the ledger")
            #expect(!names.contains("Hollis"), "a hold that ended names nobody")

            #expect(try await Self.offers(play, "tam") == ["Tamsin"])
            #expect(try await Self.offers(play, "tams") == ["Tamsin"])
            let searches = play.stage.simulator.requests.matching("GET", Self.search)
            #expect(searches.count == 1, "what begins with a text that was searched is not searched again")
            #expect(try await Self.offers(play, "kestra_t") == ["Kestra (kestra_too)"])
            #expect(try await Self.offers(play, "woadk").isEmpty, "bots hold no seats")
            #expect(try await Self.offers(play, "galat", "reserve release", option: "user") == ["Galatea"])
        }
    }

    @Test("a search that takes too long leaves what is known")
    func slowSearch() async throws {
        try await ReservePlay.play { play in
            try await play.stage.registers()
            play.stage.simulator.faults.fail("GET", Self.search, times: 5, with: .slow(.seconds(8)))
            #expect(try await Self.offers(play, "gal") == ["Galatea"])
            #expect(try await Self.offers(play, "alder") == ["Aldermoor"])
        }
    }
}
