import Books
import Bot
import Cluster
import Discord
import Service

extension Placement {
    /// `!reserve <clantag> [@recruit]`. Source: placement chapter, section 5.
    var reserve: Command {
        Command(
            "reserve", usage: "reserve <clantag> [@recruit]",
            arguments: [
                Argument(ReserveForm.Field.clan, .word, about: "The clan's tag", completes: tags),
                Argument(ReserveForm.Field.recruit, .word, about: "Who the seat is for", completes: recruits),
                Argument(ReserveForm.Field.date, .word, about: "The last day, YYYY-MM-DD", completes: days),
            ], access: Self.access,
            help: CommandHelp(
                .staff, .recruitment, .section(.recruitment),
                summary: "Holds a seat in a clan for a recruit.",
                detail: "Run it in the recruit's ticket thread. It asks who the seat is for and until which date, and "
                    + "saves nothing before you confirm.",
                tip: "`!reserve extend @user <tag> <date>` and `!reserve release @user <tag>` work in any channel."),
            slash: SlashForm(word: "new", isPersonal: true, asks: askForMissing), run: startReserving)
    }

    @Sendable
    private func startReserving(_ invocation: Invocation, _ responder: Responder) async throws {
        if case .interaction = invocation.cause { return try await proposeFromOptions(invocation, responder) }
        let words = invocation.line.words
        guard let word = words.first else { throw Refusal(ReserveView.usage, result: .usage) }
        guard words.count <= 2 else { throw Refusal(ReserveView.bothForms, result: .usage) }
        let thread = try ticket(invocation)
        let recruit = words.count == 2 ? UserID(reference: words[1]) : nil
        guard words.count == 1 || recruit != nil else { throw Refusal(ReserveView.unclearRecruit, result: .usage) }
        let clan = try await services.clan(word)
        let place = Conversations.Place(invocation)
        guard !services.conversations.isOpen(place) else { throw Refusal(ReserveView.alreadyAsking, result: .usage) }
        let holds = try await HoldSaving.ledger(counting: clan.tag, services).holds(of: clan.tag).count
        let isFull = Availability.effective(manualOpenSpots: clan.manualOpenSpots, holds: holds) == 0
        let talk = ReserveTalk(
            services: services, thread: thread, place: place,
            dialogue: ReserveDialogue(label: clan[.tag], tag: clan.tag, isFull: isFull))
        if let recruit {
            await talk.name(recruit, invocation, responder)
        } else {
            await talk.ask(again: false, invocation, responder)
        }
    }
}
