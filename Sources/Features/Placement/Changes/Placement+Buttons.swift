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
                try await press(id, invocation, responder) { changes, subject in
                    let day = services.seats.today + ReservationLedger.proposedExtension
                    return try await changes.extend(subject, until: day.description)
                }
            },
            ComponentHandler(HoldButtons.release, access: Self.access, answer: .deferUpdate) {
                id, invocation, responder in
                try await press(id, invocation, responder) { changes, subject in try await changes.release(subject) }
            },
        ]
    }

    /// Does what a button stands for, and says on its message what was done and by whom; the buttons have served.
    private func press(
        _ id: ComponentID, _ invocation: Invocation, _ responder: Responder,
        _ change: (HoldChanges, HoldChanges.Subject) async throws -> String
    ) async throws {
        guard case .interaction(let interaction) = invocation.cause, let message = interaction.message,
            let guild = invocation.guildID, id.fields.count >= 3, let thread = UInt64(id.fields[0])
        else { throw Refusal("This control is no longer in use.", result: .usage) }
        let clan = try await services.clan(id.fields[2])
        let changes = HoldChanges(
            services: services, place: .init(guild: guild, channel: invocation.channelID, cause: invocation.key))
        let subject = HoldChanges.Subject(
            user: UserID(digits: id.fields[1]), label: clan[.tag], tag: clan.tag, thread: thread)
        let sentence = try await change(changes, subject)
        let text = "\(message.content)\n\n✅ \(sentence) (by \(invocation.caller.id.mention))"
        try await responder.edit(
            message.id, MessageEdit(content: text, components: [], allowedMentions: AllowedMentions.none))
    }
}
