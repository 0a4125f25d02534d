import Books
import Bot
import Cluster
import Discord
import Service

/// A hold as a recruiter has confirmed it.
struct HoldRequest: Sendable, Hashable {
    /// The tag as the roster writes it.
    let label: String
    let tag: ClanTag
    let recruit: UserID
    let until: CalendarDay
    /// Why a seat is held that is not free; blank where none had to be given.
    let reason: String
}

/// Saves a hold, with everything that is checked before and follows from it: the same for a conversation and for buttons.
/// Source: placement chapter, sections 5.3, 17.1 and 17.4.
struct HoldSaving: Sendable {
    let services: PlacementServices
    let thread: TicketThread
    let recruiter: UserID

    /// What became of a wish to hold a seat; the texts are what people read.
    enum Outcome: Sendable, Hashable {
        /// The seat is held, and everybody knows.
        case saved
        /// Somebody holds a seat already.
        case blocked(String)
        /// The last seat went to somebody else meanwhile, and no reason was given.
        case needsReason
        /// The day is over meanwhile.
        case needsDate
        /// Nothing was saved, and trying again may help.
        case failed(String)
    }

    // MARK: Checking

    /// The ledger, from which the holds of a clan are counted.
    /// - Throws: the sentence for the caller where it cannot be read.
    static func ledger(
        counting tag: ClanTag, _ services: PlacementServices
    ) async throws(Refusal) -> ReservationLedger {
        do throws(SeatFailure) {
            return try await services.seats.ledger()
        } catch {
            services.logger.error("failed to count active reservations", ["clan_tag": .string(tag.text)], error: error)
            throw Refusal(error.headerSentence(or: ReserveView.uncountable), result: .error)
        }
    }

    /// Makes sure that somebody holds no seat yet, in whatever clan.
    /// - Throws: the sentence for the caller who must not go on.
    func ensureFree(_ recruit: UserID, for tag: ClanTag) async throws(Refusal) {
        let ledger: ReservationLedger
        do throws(SeatFailure) {
            ledger = try await services.seats.ledger()
        } catch {
            services.logger.error(
                "failed to check existing reservations", ["thread_id": .string("\(thread.id)")], error: error)
            throw Refusal(error.headerSentence(or: ReserveView.uncheckable), result: .error)
        }
        try await ensureFree(recruit, for: tag, in: ledger)
    }

    /// The same with a ledger that was read before.
    func ensureFree(_ recruit: UserID, for tag: ClanTag, in ledger: ReservationLedger) async throws(Refusal) {
        let name = services.memberName(recruit.rawValue.rawValue) ?? ""
        let person = Recruit(id: recruit.rawValue.rawValue, name: name)
        guard let hold = ledger.holdBlocking(person, inThread: thread.id.rawValue.rawValue) else { return }
        throw Refusal(await duplicate(of: recruit, for: tag, hold), result: .usage)
    }

    private func duplicate(of recruit: UserID, for tag: ClanTag, _ hold: Reservation) async -> String {
        let name = await services.thread(hold.threadID)?.name
        let ticket = name.flatMap { TicketCode(listing: $0) }.map { "\($0)" } ?? "unknown"
        let display = services.memberName(recruit.rawValue.rawValue) ?? recruit.mention
        services.logger.warning(
            "⚠️ reservation_create_blocked — thread=\(thread.name) • recruit=\(display) • clan=\(tag)"
                + " • result=duplicate")
        return ReserveView.duplicate(
            recruit, hold, ticket: ticket, thread: name?.escapingMarkdown ?? "unknown thread",
            control: services.controlThread)
    }

    // MARK: Saving

    /// Appends the row, answers, and does what follows; what a process that is killed leaves of it the next one does.
    /// - Parameters:
    ///   - saidAt: when it was confirmed; the same for every delivery of the same event, so that it stays one hold.
    ///   - cause: the event's key.
    ///   - asked: who is answered if this process cannot.
    ///   - answer: tells people that the seat is held.
    func save(
        _ request: HoldRequest, saidAt: Timestamp, cause: String, asked: HoldFlow.Asked,
        answering answer: HoldChanges.Answer
    ) async -> Outcome {
        let reservation = NewReservation(
            threadID: thread.id.rawValue.rawValue, ticketUserID: request.recruit.rawValue.rawValue,
            recruiterID: recruiter.rawValue.rawValue, clanLabel: request.label, reservedUntil: request.until,
            createdAt: UTCTime(secondsSince1970: Int(saidAt.milliseconds / 1000)), notes: request.reason,
            username: await services.name(of: request.recruit))
        guard let hold = reservation.reservation(inRow: 0) else { return .failed(ReserveView.uncheckable) }
        let flow = HoldFlow(
            kind: .reserve, cause: cause, guild: thread.guild, cells: hold.cells, label: request.label,
            user: request.recruit, day: services.seats.today.description, asked: asked)
        var followUps = await HoldFollowUps.begin(flow, of: hold, services)
        do throws(SeatFailure) {
            switch try await services.seats.reserve(reservation, cause: cause) {
            case .saved: break
            case .recorded: followUps.isRecorded = true
            case .blocked(let obstacle):
                await followUps.abandon()
                switch obstacle {
                case .duplicate(let hold):
                    return .blocked(await duplicate(of: request.recruit, for: request.tag, hold))
                case .reasonRequired: return .needsReason
                case .dateInPast: return .needsDate
                }
            }
        } catch {
            await followUps.abandon()
            services.logger.error(
                "failed to append reservation row",
                ["clan_tag": .string(request.tag.text), "thread_id": .string("\(thread.id)")], error: error)
            return .failed(error.sentence)
        }
        do {
            try await followUps.complete(answering: answer)
        } catch {
            services.logger.warning("reservation not told", ["thread_id": .string("\(thread.id)")], error: error)
        }
        return .saved
    }
}

extension SeatFailure {
    /// What staff read of it: that the ledger's header is wrong, which they can mend, else the sentence given.
    func headerSentence(or other: String) -> String {
        if case .ledgerHeader = self { sentence } else { other }
    }
}
