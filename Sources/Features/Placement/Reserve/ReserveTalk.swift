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
        do throws(Refusal) {
            try await saving.ensureFree(id, for: dialogue.tag)
        } catch {
            return await finish(error.sentence, responder)
        }
        var talk = self
        talk.dialogue.accept(id)
        await talk.ask(again: false, invocation, responder)
    }

    // MARK: Saving

    private var saving: HoldSaving { HoldSaving(services: services, thread: thread, recruiter: place.user) }

    private func save(_ invocation: Invocation, _ responder: Responder) async {
        guard let request = dialogue.request else { return }
        var talk = self
        var asked = HoldFlow.Asked(invocation)
        asked.prompt = prompt
        let outcome = await saving.save(request, saidAt: invocation.saidAt, cause: invocation.key, asked: asked) {
            await finish($0, responder)
        }
        switch outcome {
        case .saved: break
        case .blocked(let text), .failed(let text):
            await finish(text, responder)
        case .needsReason:
            talk.dialogue.becomeFull()
            await talk.ask(again: false, invocation, responder)
        case .needsDate:
            talk.dialogue.becomeLate()
            await talk.ask(again: true, invocation, responder)
        }
    }

    // MARK: Ending

    /// Names the last answer within its event.
    static let lastStep = "end"

    /// Says how it ended, and takes the prompt away.
    private func finish(_ text: String, _ responder: Responder) async {
        do {
            try await responder.reply(text, step: Self.lastStep)
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
