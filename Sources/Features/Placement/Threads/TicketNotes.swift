import Books
import Bot
import Cluster
import Discord
import Service

/// What a ticket's thread hears of its holds. A thread that is archived or locked hears nothing, because a message would
/// open it again. Source: placement chapter, section 17.3.
struct TicketNotes: Sendable {
    let services: PlacementServices

    /// Posts a note in the thread in which a hold was made, unless that is where it was asked for.
    /// - Parameters:
    ///   - place: where people read the answer anyway.
    ///   - step: names the note within its cause.
    func post(_ text: String, inThreadOf hold: Reservation, unlessIn place: HoldChanges.Place, step: String) async {
        guard let thread = await services.thread(hold.threadID), thread.id != place.channel, !thread.isShut else {
            return
        }
        var payload = MessagePayload(content: text, allowedMentions: .none)
        payload.nonce = Nonce.derived(from: "\(place.cause):\(hold.identity)", step: step)
        payload.enforcesNonce = true
        do {
            _ = try await services.rest.createMessage(payload, in: thread.id)
        } catch {
            services.logger.warning(
                "reservation note not posted", ["thread_id": .string("\(thread.id)")], error: error)
        }
    }

    /// Gives the thread its open name back, if no other hold was made in it.
    /// - Parameter failure: the log line if Discord refuses the rename for good.
    func openName(afterEndOf hold: Reservation, in guild: GuildID, orLog failure: String) async {
        guard let channel = await services.thread(hold.threadID),
            let thread = TicketThread(channel, in: guild, services.registry())
        else { return }
        let others = try? await services.seats.ledger().holds(inThread: thread.id.rawValue.rawValue)
        guard others?.contains(where: { $0.identity != hold.identity }) != true else { return }
        await HoldNames(services: services).freed(thread, orLog: failure)
    }
}

extension Channel {
    /// Whether a message would open it again, or be refused.
    var isShut: Bool { thread.map { $0.isArchived || $0.isLocked } ?? false }
}
