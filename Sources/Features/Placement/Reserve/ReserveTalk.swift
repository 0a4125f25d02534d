import Books
import Bot
import Cluster
import Discord
import Service

/// A conversation about one reservation, between two messages of the recruiter. Each answer makes the next one of it.
///
/// One prompt is edited from question to question and removed at the end. Nothing is written before the final `yes`.
struct ReserveTalk: Sendable {
    let services: PlacementServices
    let thread: TicketThread
    let place: Conversations.Place
    var dialogue: ReserveDialogue
    /// The message that asks; nil before the first question.
    var prompt: MessageID?

    // MARK: Asking

    /// Shows the open question and waits for the recruiter's next message.
    func ask(again isAgain: Bool, _ invocation: Invocation, _ responder: Responder) async {
        var talk = self
        let text = ReserveView.prompt(dialogue, again: isAgain)
        do {
            talk.prompt = try await show(text, responder)
        } catch {
            return services.logger.warning(
                "reservation prompt not sent", ["thread_id": .string("\(thread.id)")], error: error)
        }
        let next = talk
        services.conversations.ask(
            place,
            Conversations.Prompt { message, invocation, responder in
                await next.take(message.content, invocation, responder)
            } ended: { ending in
                await next.end(ending)
            })
    }

    private func show(_ text: String, _ responder: Responder) async throws -> MessageID? {
        if let prompt {
            do {
                _ = try await responder.edit(prompt, MessageEdit(content: text, allowedMentions: AllowedMentions.none))
                return prompt
            } catch let error as RESTError where error.isUnknownMessage {
                // Somebody tidied up: ask anew.
            }
        }
        let payload = MessagePayload(content: text, allowedMentions: .none)
        return try await responder.reply(payload, step: "prompt")?.id
    }

    private func take(_ text: String, _ invocation: Invocation, _ responder: Responder) async {
        var talk = self
        switch talk.dialogue.answer(text, on: services.seats.today) {
        case .asks: await talk.ask(again: false, invocation, responder)
        case .asksAgain: await talk.ask(again: true, invocation, responder)
        case .named(let id): await talk.name(id, invocation, responder)
        case .vouched(let id): await talk.accept(id, invocation, responder)
        case .cancelled: await talk.finish(ReserveView.cancelled, responder)
        case .saves: await talk.save(invocation, responder)
        }
    }

    // MARK: The recruit

    /// Somebody was named: goes on if they are a member, else asks whether that is meant.
    func name(_ id: UserID, _ invocation: Invocation, _ responder: Responder) async {
        guard await services.name(of: id) != nil else {
            var talk = self
            talk.dialogue.doubt(id)
            return await talk.ask(again: false, invocation, responder)
        }
        await accept(id, invocation, responder)
    }

    /// Goes on with a recruit, unless they hold a seat already.
    private func accept(_ id: UserID, _ invocation: Invocation, _ responder: Responder) async {
        let ledger: ReservationLedger
        do { ledger = try await services.seats.ledger() } catch {
            services.logger.error(
                "failed to check existing reservations", ["thread_id": .string("\(thread.id)")], error: error)
            return await finish(ReserveView.uncheckable, responder)
        }
        let recruit = Recruit(id: id.rawValue.rawValue, name: services.memberName(id.rawValue.rawValue) ?? "")
        if let hold = ledger.holdBlocking(recruit, inThread: thread.id.rawValue.rawValue) {
            return await block(id, by: hold, responder)
        }
        var talk = self
        talk.dialogue.accept(id)
        await talk.ask(again: false, invocation, responder)
    }

    private func block(_ id: UserID, by hold: Reservation, _ responder: Responder) async {
        let name = await services.thread(hold.threadID)?.name
        let ticket = name.flatMap { TicketCode(listing: $0) }.map { "\($0)" } ?? "unknown"
        let display = services.memberName(id.rawValue.rawValue) ?? id.mention
        services.logger.warning(
            "⚠️ reservation_create_blocked — thread=\(thread.name) • recruit=\(display) • clan=\(dialogue.tag)"
                + " • result=duplicate")
        await finish(
            ReserveView.duplicate(
                id, hold, ticket: ticket, thread: name?.escapingMarkdown ?? "unknown thread",
                control: services.controlThread), responder)
    }

    // MARK: Saving

    private func save(_ invocation: Invocation, _ responder: Responder) async {
        guard let recruit = dialogue.recruit, let until = dialogue.until else { return }
        let reservation = NewReservation(
            threadID: thread.id.rawValue.rawValue, ticketUserID: recruit.rawValue.rawValue,
            recruiterID: place.user.rawValue.rawValue, clanLabel: dialogue.label, reservedUntil: until,
            createdAt: UTCTime(secondsSince1970: Int(invocation.receivedAt.milliseconds / 1000)),
            notes: dialogue.reason, username: await services.name(of: recruit))
        var notes: [String] = []
        do throws(SeatFailure) {
            switch try await services.seats.reserve(reservation, cause: invocation.key) {
            case .saved: break
            case .recorded: notes.append(ReserveView.recorded)
            case .blocked(.duplicate(let hold)): return await block(recruit, by: hold, responder)
            case .blocked(.reasonRequired):
                var talk = self
                talk.dialogue.becomeFull()
                return await talk.ask(again: false, invocation, responder)
            case .blocked(.dateInPast):
                var talk = self
                talk.dialogue.becomeLate()
                return await talk.ask(again: true, invocation, responder)
            }
        } catch {
            services.logger.error(
                "failed to append reservation row",
                ["clan_tag": .string(dialogue.tag.text), "thread_id": .string("\(thread.id)")], error: error)
            return await finish(error.sentence, responder)
        }
        notes.append(await recompute())
        await finish(notes.joined(separator: "\n"), responder)
        await HoldNames(services: services).held(dialogue.tag, in: thread)
        services.logger.info(
            "[reserve] reservation created",
            [
                "clan_tag": .string(dialogue.label), "thread_id": .string("\(thread.id)"),
                "recruiter_id": .string("\(place.user)"), "ticket_user_id": .string("\(recruit)"),
                "reserved_until": .string(until.description), "notes": .string(dialogue.reason),
            ])
    }

    /// Brings the clan's numbers up to date, and says how it stands.
    private func recompute() async -> String {
        do throws(SeatFailure) {
            let update = try await services.seats.recompute(dialogue.tag).update
            return ReserveView.saved(
                dialogue, holds: update.availability.activeHolds, open: update.availability.openSpots)
        } catch {
            services.logger.error(
                "failed to recompute clan availability", ["clan_tag": .string(dialogue.tag.text)], error: error)
            return ReserveView.notRefreshed
        }
    }

    // MARK: Ending

    /// Says how it ended, and takes the prompt away.
    private func finish(_ text: String, _ responder: Responder) async {
        do {
            try await responder.reply(text, step: "end")
        } catch {
            services.logger.warning(
                "end of a reservation not told", ["thread_id": .string("\(thread.id)")], error: error)
        }
        guard let prompt else { return }
        do throws(RESTError) {
            try await services.rest.deleteMessage(prompt, in: thread.id)
        } catch  where !error.isUnknownMessage {
            services.logger.debug("reservation prompt not removed", error: error)
        } catch {}
    }

    /// Nobody will answer any more: the prompt says why.
    private func end(_ ending: Conversations.Ending) async {
        guard let prompt else { return }
        let text =
            switch ending {
            case .timedOut: ReserveView.timedOut
            case .stopped: ReserveView.stopped
            }
        do throws(RESTError) {
            _ = try await services.rest.editMessage(
                prompt, in: thread.id, MessageEdit(content: text, allowedMentions: AllowedMentions.none))
        } catch {
            services.logger.debug("end of a reservation not told", error: error)
        }
    }
}
