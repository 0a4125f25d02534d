import Books
import Bot
import Cluster
import Discord
import Service

/// Extends and releases holds, for commands and for the buttons of reminders alike: the same checks, sentences and log
/// lines. Source: placement chapter, sections 6, 7 and 17.
struct HoldChanges: Sendable {
    let services: PlacementServices
    /// Where it was asked for.
    let place: Place

    /// Where a change was asked for.
    struct Place: Sendable {
        let guild: GuildID
        let asked: HoldFlow.Asked
        /// The event's key: the same event changes a hold once.
        let cause: String
    }

    /// Whose hold is meant, and in which clan.
    struct Subject: Sendable {
        /// The recruit; nil where a button is about a hold without an id.
        let user: UserID?
        /// The tag as the roster writes it.
        let label: String
        let tag: ClanTag
        /// The ticket, where a button names it.
        var thread: UInt64?

        var wording: Wording { Wording(label: label, user: user) }
    }

    /// How people read which hold it is.
    struct Wording: Sendable {
        let label: String
        let user: UserID?

        var mention: String { user?.mention ?? "the recruit" }
    }

    /// Tells the person who asked.
    typealias Answer = (String) async throws -> Void

    // MARK: Extending

    /// Moves the last day of a hold, and answers with the sentence for the caller.
    /// - Throws: the sentence where nothing was changed, and what `answer` throws.
    func extend(_ subject: Subject, until text: String, answering answer: Answer) async throws {
        guard let day = CalendarDay(typed: text), day >= services.seats.today else {
            log(.extend, subject.wording, "result=error • reason=invalid_date", .warning)
            throw Refusal(HoldView.invalidDate, result: .usage)
        }
        guard let hold = try await hold(of: subject, for: .extend) else { return }
        var followUps = await followUps(.extend, of: hold, subject, until: day)
        do throws(SeatFailure) {
            let changed = try await services.seats.change(hold, by: .extend(until: day), cause: place.cause)
            followUps.isRecorded = changed.isRecorded
        } catch {
            await followUps.abandon()
            log(.extend, subject.wording, "result=error • reason=update_failed", .error)
            log(failure: "failed to update reservation expiry globally", hold, error)
            throw Refusal(error.sentence, result: .error)
        }
        try await followUps.complete(answering: answer)
    }

    // MARK: Releasing

    /// Gives a held seat back, and answers with the sentence for the caller.
    /// - Throws: the sentence where nothing was changed, and what `answer` throws.
    func release(_ subject: Subject, answering answer: Answer) async throws {
        guard let hold = try await hold(of: subject, for: .release) else {
            return try await answer(HoldView.released(subject.wording))
        }
        var followUps = await followUps(.release, of: hold, subject)
        do throws(SeatFailure) {
            let changed = try await services.seats.change(hold, by: .release, cause: place.cause)
            followUps.isRecorded = changed.isRecorded
        } catch {
            await followUps.abandon()
            log(failure: "failed to release reservation globally", hold, error)
            throw Refusal(error.sentence, result: .error)
        }
        try await followUps.complete(answering: answer)
    }

    private func followUps(
        _ kind: HoldFlow.Kind, of hold: Reservation, _ subject: Subject, until day: CalendarDay? = nil
    ) async -> HoldFollowUps {
        let flow = HoldFlow(
            kind: kind, cause: place.cause, guild: place.guild, cells: hold.cells, label: subject.label,
            user: subject.user, until: day?.description, day: services.seats.today.description, asked: place.asked)
        return await HoldFollowUps.begin(flow, of: hold, services)
    }

    // MARK: Finding the hold

    /// - Returns: nil where this very event has released the hold before: it was delivered again after a crash.
    private func hold(of subject: Subject, for kind: HoldFlow.Kind) async throws(Refusal) -> Reservation? {
        let ledger: ReservationLedger
        do { ledger = try await services.seats.ledger() } catch {
            services.logger.error(
                "failed to load reservations for global \(kind.rawValue)", fields(subject.wording), error: error)
            throw Refusal(error.sentence, result: .error)
        }
        switch match(subject, in: ledger, name: await name(of: subject)) {
        case .one(let hold): return hold
        case .none:
            if kind == .release, await wasReleased(subject, in: ledger) { return nil }
            log(kind, subject.wording, "result=not_found", .warning)
            throw Refusal(HoldView.none(subject.wording), result: .usage)
        case .several(let holds):
            log(kind, subject.wording, "result=error • reason=multiple_rows", .warning)
            services.logger.warning(
                "multiple reservations matched global \(kind.rawValue)",
                [
                    "member": .string(subject.wording.mention), "clan_tag": .string(subject.tag.text),
                    "rows": .strings(holds.map { "\($0.sheetRow)" }), "channel": .string(channelLabel),
                    "channel_id": .string("\(place.asked.channel)"),
                ])
            throw Refusal(HoldView.several(subject.wording), result: .error)
        }
    }

    private func wasReleased(_ subject: Subject, in ledger: ReservationLedger) async -> Bool {
        let user = subject.user?.rawValue.rawValue
        for row in ledger.reservations where row.status == .released && row.tag == subject.tag {
            guard user == nil || row.isUserBlank || row.ticketUserID == user else { continue }
            if await services.seats.hasChanged(row, cause: place.cause) { return true }
        }
        return false
    }

    private func match(_ subject: Subject, in ledger: ReservationLedger, name: String) -> ReservationLedger.Match {
        let user = subject.user?.rawValue.rawValue
        guard let thread = subject.thread else { return ledger.match(Recruit(id: user, name: name), in: subject.tag) }
        let holds = ledger.holds(inThread: thread).filter { hold in
            hold.tag == subject.tag && (user.map { hold.ticketUserID == $0 } ?? hold.isUserBlank)
        }
        return holds.isEmpty ? .none : holds.count == 1 ? .one(holds[0]) : .several(holds)
    }

    private func name(of subject: Subject) async -> String {
        guard let user = subject.user else { return "" }
        return await services.name(of: user) ?? ""
    }

    // MARK: Log lines

    private var channelLabel: String {
        services.view.snapshot[place.guild]?.label(of: place.asked.channel) ?? "#unknown"
    }

    func log(_ kind: HoldFlow.Kind, _ hold: Wording, _ outcome: String, _ level: LogLevel) {
        let mark = level == .info ? "🧭" : "⚠️"
        services.logger.log(
            level,
            "\(mark) reservation_\(kind.rawValue) — channel=\(channelLabel) • user=\(hold.mention) • clan=\(hold.label)"
                + " • \(outcome) • source=global")
    }

    /// What failed about a hold, with its row.
    func log(failure: String, _ hold: Reservation, _ error: SeatFailure) {
        services.logger.error(
            failure,
            [
                "row": .int(hold.sheetRow), "clan_tag": .string(hold.tag?.text ?? hold.clanLabel),
                "channel": .string(channelLabel), "channel_id": .string("\(place.asked.channel)"),
            ], error: error)
    }

    private func fields(_ hold: Wording) -> KeyValuePairs<String, LogValue> {
        [
            "clan_tag": .string(ClanTag(hold.label)?.text ?? hold.label), "member": .string(hold.mention),
            "channel": .string(channelLabel), "channel_id": .string("\(place.asked.channel)"),
        ]
    }
}
