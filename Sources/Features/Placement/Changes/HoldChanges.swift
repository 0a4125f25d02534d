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
        let channel: ChannelID
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

        /// How people read whom it is about.
        var mention: String { user?.mention ?? "the recruit" }
    }

    /// What is done, as its log lines call it.
    private enum Kind: String {
        case extend = "reservation_extend"
        case release = "reservation_release"

        var verb: String { self == .extend ? "extend" : "release" }
    }

    // MARK: Extending

    /// Moves the last day of a hold.
    /// - Returns: the sentence for the caller.
    /// - Throws: the sentence where nothing was changed.
    func extend(_ subject: Subject, until text: String) async throws(Refusal) -> String {
        guard let day = CalendarDay(typed: text), day >= services.seats.today else {
            log(.extend, subject, "result=error • reason=invalid_date", .warning)
            throw Refusal(HoldView.invalidDate, result: .usage)
        }
        let hold = try await hold(of: subject, for: .extend)
        let changed: ChangedReservation
        do {
            changed = try await services.seats.change(hold, by: .extend(until: day), cause: place.cause)
        } catch {
            log(.extend, subject, "result=error • reason=update_failed", .error)
            services.logger.error(
                "failed to update reservation expiry globally", fields(subject, row: hold.sheetRow), error: error)
            throw Refusal(error.sentence, result: .error)
        }
        let old = hold.reservedUntil?.description ?? "unknown"
        log(.extend, subject, "old=\(old) • new=\(day) • result=ok", .info)
        await TicketNotes(services: services).post(
            HoldView.extendedNote(subject, until: day), inThreadOf: hold, unlessIn: place, step: "extended")
        return HoldView.extended(subject, until: day) + HoldView.remark(on: changed)
    }

    // MARK: Releasing

    /// Gives a held seat back.
    /// - Returns: the sentence for the caller.
    /// - Throws: the sentence where nothing was changed.
    func release(_ subject: Subject) async throws(Refusal) -> String {
        let hold = try await hold(of: subject, for: .release)
        let changed: ChangedReservation
        do {
            changed = try await services.seats.change(hold, by: .release, cause: place.cause)
        } catch {
            services.logger.error(
                "failed to release reservation globally", fields(subject, row: hold.sheetRow), error: error)
            throw Refusal(error.sentence, result: .error)
        }
        var sentence = HoldView.released(subject) + HoldView.remark(on: changed)
        do throws(SeatFailure) {
            try await services.seats.recompute(subject.tag, by: .freed)
        } catch {
            services.logger.error(
                "failed to recompute availability after global release", fields(subject, row: hold.sheetRow),
                error: error)
            sentence += "\n\(HoldView.notRefreshed)"
        }
        log(.release, subject, "result=ok", .info)
        let notes = TicketNotes(services: services)
        await notes.post(HoldView.releasedNote(subject), inThreadOf: hold, unlessIn: place, step: "released")
        await notes.openName(
            afterEndOf: hold, in: place.guild, orLog: "failed to reset welcome thread name after reservation release")
        return sentence
    }

    // MARK: Finding the hold

    private func hold(of subject: Subject, for kind: Kind) async throws(Refusal) -> Reservation {
        let ledger: ReservationLedger
        do { ledger = try await services.seats.ledger() } catch {
            services.logger.error("failed to load reservations for global \(kind.verb)", fields(subject), error: error)
            throw Refusal(error.sentence, result: .error)
        }
        switch match(subject, in: ledger, name: await name(of: subject)) {
        case .one(let hold): return hold
        case .none:
            log(kind, subject, "result=not_found", .warning)
            throw Refusal(HoldView.none(subject), result: .usage)
        case .several(let holds):
            log(kind, subject, "result=error • reason=multiple_rows", .warning)
            services.logger.warning(
                "multiple reservations matched global \(kind.verb)",
                [
                    "member": .string(subject.mention), "clan_tag": .string(subject.tag.text),
                    "rows": .strings(holds.map { "\($0.sheetRow)" }), "channel": .string(channelLabel),
                    "channel_id": .string("\(place.channel)"),
                ])
            throw Refusal(HoldView.several(subject), result: .error)
        }
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
        services.view.snapshot[place.guild]?.label(of: place.channel) ?? "#unknown"
    }

    private func log(_ kind: Kind, _ subject: Subject, _ outcome: String, _ level: LogLevel) {
        let mark = level == .info ? "🧭" : "⚠️"
        services.logger.log(
            level,
            "\(mark) \(kind.rawValue) — channel=\(channelLabel) • user=\(subject.mention) • clan=\(subject.label)"
                + " • \(outcome) • source=global")
    }

    private func fields(_ subject: Subject, row: Int? = nil) -> KeyValuePairs<String, LogValue> {
        let (tag, member) = (LogValue.string(subject.tag.text), LogValue.string(subject.mention))
        let (channel, id) = (LogValue.string(channelLabel), LogValue.string("\(place.channel)"))
        guard let row else { return ["clan_tag": tag, "member": member, "channel": channel, "channel_id": id] }
        return ["row": .int(row), "clan_tag": tag, "channel": channel, "channel_id": id]
    }
}
