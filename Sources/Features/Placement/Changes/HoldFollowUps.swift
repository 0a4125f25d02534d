import Books
import Bot
import Cluster
import Configuration
import Discord
import Service

/// Does what follows a change of a hold: in the process that made it, or in the next one, where that was killed in between.
///
/// ```swift
/// var followUps = await HoldFollowUps.begin(flow, services)
/// do { try await seats.change(…) } catch { await followUps.abandon(); throw … }
/// try await followUps.complete { sentence in try await responder.reply(sentence) }
/// ```
///
/// Each step that is done is noted. A step of which nothing is known looks first whether it had its effect.
struct HoldFollowUps: Sendable {
    let services: PlacementServices
    let flow: HoldFlow
    /// The hold as it was before, a new one as it is.
    let hold: Reservation
    private(set) var progress: HoldFlows.Progress
    /// Whether something of it could not be done yet, so that the next process has to.
    private(set) var isStuck = false
    /// Whether the sheet has not taken the change yet, which people then hear.
    var isRecorded = false
    private var ticket: ThreadLookUp?
    private var numbers: Availability?
    private var isRefreshed = true

    /// Records a flow, right before its ledger row is written.
    /// - Parameter ticket: the thread, where it was looked up already.
    static func begin(
        _ flow: HoldFlow, of hold: Reservation, _ services: PlacementServices, ticket: ThreadLookUp? = nil
    ) async -> HoldFollowUps {
        HoldFollowUps(
            services: services, flow: flow, hold: hold, progress: await services.flows.begin(flow), ticket: ticket)
    }

    private init(
        services: PlacementServices, flow: HoldFlow, hold: Reservation, progress: HoldFlows.Progress,
        ticket: ThreadLookUp?
    ) {
        self.services = services
        self.flow = flow
        self.hold = hold
        self.progress = progress
        self.ticket = ticket
    }

    /// The ledger was not changed: nothing follows.
    func abandon() async {
        await services.flows.end(flow)
        services.flows.letGo(flow)
    }

    /// Does all that is left, and answers.
    /// - Parameter answer: tells the person who asked. Where it throws the flow stays open.
    mutating func complete(answering answer: (String) async throws -> Void) async throws {
        do {
            for step in flow.remaining(after: progress.done) {
                if step == .answer {
                    // The numbers that an earlier process computed are not kept.
                    if flow.kind == .reserve, numbers == nil, isRefreshed { await recompute() }
                    try await answer(sentence)
                    await note(.answer)
                } else {
                    await perform(step)
                }
            }
        } catch {
            services.flows.letGo(flow)
            throw error
        }
        await close()
    }

    /// Does some of what is left.
    mutating func perform(_ steps: [HoldFlow.Step]) async {
        for step in flow.remaining(after: progress.done) where steps.contains(step) { await perform(step) }
    }

    /// A step was done elsewhere.
    mutating func note(_ step: HoldFlow.Step) async {
        progress.done.insert(step)
        await services.flows.note(step, of: flow)
    }

    /// Ends the flow if nothing is left.
    func close() async {
        if flow.remaining(after: progress.done).isEmpty { await services.flows.end(flow) }
        services.flows.letGo(flow)
    }

    private mutating func perform(_ step: HoldFlow.Step) async {
        let isDone: Bool
        switch step {
        case .recompute:
            await recompute()
            isDone = true
        case .log:
            await log()
            isDone = true
        case .note: isDone = await tellTicket()
        case .rename: isDone = await rename()
        case .audit: isDone = await tellAudit()
        case .answer: isDone = false
        }
        if isDone { await note(step) } else { isStuck = true }
    }

    // MARK: The clan's numbers

    /// A failure is tried again by the seat book, and by the drift repair of the next start.
    private mutating func recompute() async {
        guard let tag = hold.tag else { return }
        do throws(SeatFailure) {
            numbers = try await services.seats.recompute(tag, by: flow.kind == .release ? .freed : .extended).update
                .availability
        } catch {
            isRefreshed = false
            let fields: KeyValuePairs<String, LogValue> = ["clan_tag": .string(tag.text)]
            switch flow.kind {
            case .release:
                changes?.log(failure: "failed to recompute availability after global release", hold, error)
            case .expire:
                services.logger.error("failed to recompute availability after auto-release", fields, error: error)
            case .reserve, .extend:
                services.logger.error("failed to recompute clan availability", fields, error: error)
            }
        }
    }

    // MARK: The person who asked

    /// What the person hears.
    private var sentence: String {
        switch flow.kind {
        case .reserve:
            let saved = numbers.map { ReserveView.saved(hold, holds: $0.activeHolds, open: $0.openSpots) }
            return (isRecorded ? "\(ReserveView.recorded)\n" : "") + (saved ?? ReserveView.notRefreshed)
        case .extend: return HoldView.extended(wording, until: flow.until ?? "") + (isRecorded ? HoldView.recorded : "")
        case .release:
            return HoldView.released(wording) + (isRecorded ? HoldView.recorded : "")
                + (isRefreshed ? "" : "\n\(HoldView.notRefreshed)")
        case .expire: return ""
        }
    }

    /// Whose hold it is, as sentences name them.
    private var wording: HoldChanges.Wording { HoldChanges.Wording(label: flow.label, user: flow.user) }

    // MARK: The ticket

    private mutating func lookUpTicket() async -> ThreadLookUp {
        if let ticket { return ticket }
        let found = await services.lookUp(hold.threadID)
        ticket = found
        return found
    }

    private mutating func tellTicket() async -> Bool {
        let fields: KeyValuePairs<String, LogValue> = [
            "thread_id": .string(hold.threadID.map { "\($0)" } ?? ""), "clan_tag": .string(hold.clanLabel),
        ]
        let failure =
            flow.kind == .expire ? "failed to post reservation expiry" : "reservation note not posted"
        let thread: Channel
        switch await lookUpTicket() {
        case .gone:
            if flow.kind == .expire { services.logger.warning("reservation expiry thread missing", fields) }
            return true
        case .failed(let error):
            services.logger.warning(failure, fields, error: error)
            return false
        case .found(let found): thread = found
        }
        // Whoever asked for it in the ticket reads the answer there.
        guard !thread.isShut, thread.id != flow.asked?.channel else { return true }
        var payload: MessagePayload
        let step: String
        switch flow.kind {
        case .reserve: return true
        case .extend:
            (payload, step) = (
                MessagePayload(content: HoldView.extendedNote(wording, until: flow.until ?? "")), "extended"
            )
        case .release: (payload, step) = (MessagePayload(content: HoldView.releasedNote(wording)), "released")
        case .expire: (payload, step) = (ReminderView.expired(hold), "expired")
        }
        payload.nonce = nonce(step)
        do throws(RESTError) {
            try await say(&payload, in: thread.id)
            return true
        } catch {
            services.logger.warning(failure, fields, error: error)
            return error.isUnknownChannel || error.isMissingPermission || error.isClosedThread
        }
    }

    private mutating func rename() async -> Bool {
        switch await lookUpTicket() {
        case .gone: return true
        case .failed: return false
        case .found(let channel):
            guard let guild = flow.guild ?? channel.guildID,
                let thread = TicketThread(channel, in: guild, services.registry())
            else { return true }
            let names = HoldNames(services: services)
            if flow.kind == .reserve, !progress.isResumed, let tag = hold.tag {
                await names.held(tag, in: thread)
                return true
            }
            do throws(SeatFailure) {
                let event = flow.kind == .expire ? "expiry" : "release"
                await names.follow(
                    try await services.seats.ledger(), in: thread,
                    orLog: "failed to reset welcome thread name after reservation \(event)")
                return true
            } catch {
                services.logger.warning(
                    "welcome thread not renamed, because the ledger cannot be read",
                    ["thread_id": .string("\(thread.id)")], error: error)
                return false
            }
        }
    }

    // MARK: Operators

    private mutating func log() async {
        switch flow.kind {
        case .reserve:
            services.logger.info(
                "[reserve] reservation created",
                [
                    "clan_tag": .string(hold.clanLabel), "thread_id": .string(hold.threadID.map { "\($0)" } ?? ""),
                    "recruiter_id": .string(hold.recruiterID.map { "\($0)" } ?? ""),
                    "ticket_user_id": .string(hold.ticketUserID.map { "\($0)" } ?? ""),
                    "reserved_until": .string(hold.reservedUntil?.description ?? ""), "notes": .string(hold.notes),
                ])
        case .extend:
            let old = hold.reservedUntil?.description ?? "unknown"
            changes?.log(.extend, wording, "old=\(old) • new=\(flow.until ?? "") • result=ok", .info)
        case .release: changes?.log(.release, wording, "result=ok", .info)
        case .expire:
            _ = await lookUpTicket()
            let until = hold.reservedUntil?.description ?? "unknown"
            HoldJobs(services: services).say(
                "🧭 reservations-autorelease — clan=\(hold.clanLabel) • user=\(due.user) • until=\(until)"
                    + " • result=expired"
                    + (isRecorded ? " • ledger=recorded, appears by itself, nothing to enter" : ""), .info)
        }
    }

    private var changes: HoldChanges? {
        guard let asked = flow.asked, let guild = flow.guild else { return nil }
        return HoldChanges(services: services, place: .init(guild: guild, asked: asked, cause: flow.cause))
    }

    /// The hold with its ticket, as jobs name both.
    private var due: HoldJobs.Due {
        let channel = ticket?.channel
        let name = channel?.name.flatMap { TicketName(welcome: $0) { _ in false } }
        return HoldJobs.Due(hold: hold, thread: ticket ?? .gone, name: name)
    }

    private mutating func tellAudit() async -> Bool {
        guard let until = hold.reservedUntil, let id = services.registry()[\.channels.reservationAudit] else {
            return true
        }
        let fields: KeyValuePairs<String, LogValue> = ["channel_id": .string("\(id)")]
        _ = await lookUpTicket()
        do throws(RESTError) {
            let channel: Channel
            switch await services.lookUp(ChannelID(integerLiteral: id)) {
            case .found(let found): channel = found
            case .failed(let error): throw error
            case .gone:
                services.logger.warning("logging channel missing for reservation auto-release", fields)
                return true
            }
            var payload = ReminderView.audit(hold, until: until, link: due.link)
            payload.nonce = nonce("audit")
            try await say(&payload, in: channel.id)
            return true
        } catch {
            services.logger.warning("failed to post reservation expiry summary", fields, error: error)
            return error.isUnknownChannel || error.isMissingPermission
        }
    }

    // MARK: Saying things once

    private func nonce(_ step: String) -> String {
        flow.kind == .expire
            ? HoldJobs.nonce(of: hold, on: flow.day, step)
            : Nonce.derived(from: "\(flow.cause):\(hold.identity)", step: step)
    }

    private func say(_ payload: inout MessagePayload, in channel: ChannelID) async throws(RESTError) {
        payload.enforcesNonce = true
        if progress.isResumed {
            let text = payload.content
            let said = try await services.ownPosts(in: channel, after: start)
            guard !said.contains(where: { $0.content == text }) else { return }
        }
        _ = try await services.rest.createMessage(payload, in: channel)
    }

    /// A message that was there before anything of the flow was said, or an id of that time. Ids are by Discord's clock, so
    /// the message that asked tells more than a time of our own.
    private var start: MessageID {
        flow.asked?.message ?? MessageID(at: progress.startedAt - Self.clockDifference)
    }

    /// By how much our clock may be ahead of Discord's.
    private static let clockDifference = Duration.seconds(60)

    /// Answers in place of a process that was killed, unless that did.
    func answerAgain(_ text: String) async throws(RESTError) {
        guard let asked = flow.asked else { return }
        do throws(RESTError) {
            switch await services.lookUp(asked.channel) {
            case .gone: return
            case .failed(let error): throw error
            case .found(let channel):
                guard !channel.isShut else { return }
                if asked.isButton { try await edit(asked, text) } else { try await reply(asked, text) }
                if let prompt = asked.prompt { try await services.rest.deleteMessage(prompt, in: asked.channel) }
            }
        } catch {
            guard error.isUnknownMessage || error.isUnknownChannel || error.isMissingPermission else { throw error }
        }
    }

    private func reply(_ asked: HoldFlow.Asked, _ text: String) async throws(RESTError) {
        let said = try await services.ownPosts(in: asked.channel, after: start)
        let isAnswered = said.contains { post in
            guard post.id != asked.prompt else { return false }
            return asked.message.map { post.reference?.messageID == $0 }
                ?? post.content.contains(text.prefix { $0 != "\n" })
        }
        guard !isAnswered else { return }
        var payload = MessagePayload(content: text, allowedMentions: .none)
        payload.reply = asked.message.map { .init(messageID: $0, failsIfMissing: false) }
        payload.nonce = Nonce.derived(from: flow.cause, step: flow.kind == .reserve ? ReserveTalk.lastStep : "reply")
        payload.enforcesNonce = true
        _ = try await services.rest.createMessage(payload, in: asked.channel)
    }

    private func edit(_ asked: HoldFlow.Asked, _ text: String) async throws(RESTError) {
        guard let id = asked.message else { return }
        let message = try await services.rest.message(id, in: asked.channel)
        let answer = HoldButtons.answer(text, by: asked.person)
        guard !message.content.contains(answer) else { return }
        _ = try await services.rest.editMessage(
            id, in: asked.channel, HoldButtons.served(message.content, answer))
    }
}
