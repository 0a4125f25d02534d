import Books
import Bot
import Cluster
import Discord
import Service

/// The buttons of reminders, `resv_extend:{thread}:{user}:{tag}` and `resv_release:…`. They carry all that they need, so
/// that they work after a restart. Source: placement chapter, section 17.4.
enum HoldButtons {
    static let extend = "resv_extend"
    static let release = "resv_release"

    /// What a reminder says at its end once a button was used.
    static func answer(_ sentence: String, by person: UserID) -> String { "✅ \(sentence) (by \(person.mention))" }

    /// The reminder with an answer: its buttons have served.
    static func served(_ content: String, _ answer: String) -> MessageEdit {
        MessageEdit(content: "\(content)\n\n\(answer)", components: [], allowedMentions: AllowedMentions.none)
    }

    /// The two buttons of a hold; none where its row names no thread or no clan.
    static func row(for hold: Reservation) -> [Component] {
        guard let thread = hold.threadID, let tag = hold.tag else { return [] }
        let fields = ["\(thread)", hold.ticketUserID.map { "\($0)" } ?? "", tag.text]
        guard let extend = try? ComponentID(extend, fields: fields).customID(),
            let release = try? ComponentID(release, fields: fields).customID()
        else { return [] }
        return [
            .row(
                Button(.secondary, "Extend \(ReservationLedger.proposedExtension) days", customID: extend),
                Button(.danger, "Release now", customID: release))
        ]
    }
}

extension Placement {
    var holdButtons: [ComponentHandler] {
        [
            ComponentHandler(HoldButtons.extend, access: Self.access, answer: .deferUpdate) {
                id, invocation, responder in
                try await press(id, invocation, responder) { changes, subject, answer in
                    let day = services.seats.today + ReservationLedger.proposedExtension
                    try await changes.extend(subject, until: day.description, answering: answer)
                }
            },
            ComponentHandler(HoldButtons.release, access: Self.access, answer: .deferUpdate) {
                id, invocation, responder in
                try await press(id, invocation, responder) { changes, subject, answer in
                    try await changes.release(subject, answering: answer)
                }
            },
        ]
    }

    /// Does what a button stands for, and says on its message what was done and by whom; the buttons have served.
    private func press(
        _ id: ComponentID, _ invocation: Invocation, _ responder: Responder,
        _ change: (HoldChanges, HoldChanges.Subject, HoldChanges.Answer) async throws -> Void
    ) async throws {
        guard case .interaction(let interaction) = invocation.cause, let message = interaction.message,
            let guild = invocation.guildID, id.fields.count >= 3, let thread = UInt64(id.fields[0])
        else { throw Refusal("This control is no longer in use.", result: .usage) }
        let clan = try await services.clan(id.fields[2])
        let changes = HoldChanges(
            services: services,
            place: .init(guild: guild, asked: HoldFlow.Asked(invocation, isButton: true), cause: invocation.key))
        let subject = HoldChanges.Subject(
            user: UserID(digits: id.fields[1]), label: clan[.tag], tag: clan.tag, thread: thread)
        try await change(changes, subject) { sentence in
            let answer = HoldButtons.answer(sentence, by: invocation.caller.id)
            try await responder.edit(message.id, HoldButtons.served(message.content, answer))
        }
    }
}
