public import Cluster
import Configuration
import Journal
import Service
public import Spreadsheets

extension SeatBook {
    /// The pauses before a computation that failed is tried again; afterwards the drift repair is left to mend it.
    private static let pauses: [Duration] = [.seconds(5), .seconds(30), .seconds(120)]

    /// How the columns are kept.
    public var summary: SeatUpkeep {
        get async {
            let unwritten = await services.outbox.pending(of: rosterTable).count
            var summary = upkeep
            summary.pending = retries.count + unwritten
            return summary
        }
    }

    /// Computes a clan's seats anew from its row and the ledger, both read afresh, and writes what differs in one request.
    /// A failure is tried again in the background.
    /// - Parameter change: what an event does to column E, where the program keeps that.
    /// - Returns: the clan's row before, and what was written.
    @discardableResult
    public func recompute(
        _ tag: ClanTag, by change: SeatChange = SeatChange(), _ context: CallContext = .interactive
    ) async throws(SeatFailure) -> (clan: Clan, update: SeatUpdate) {
        do throws(SeatFailure) {
            let done = try await write(tag, change, context)
            note(isOK: true)
            if !doubtful.contains(tag) { retries.removeValue(forKey: tag)?.cancel() }
            return done
        } catch {
            note(isOK: false)
            if case .unknownClan = error { throw error }
            // What was to happen to column E is the caller's to repeat.
            tryAgain(tag)
            throw error
        }
    }

    /// Cancels what waits to be tried again.
    public func stop() {
        for retry in retries.values { retry.cancel() }
        retries = [:]
    }

    private func write(
        _ tag: ClanTag, _ change: SeatChange, _ context: CallContext
    ) async throws(SeatFailure) -> (clan: Clan, update: SeatUpdate) {
        // Discord is asked before the lock is taken, for those known to hold seats; it may take long to answer.
        await services.resolveMembers(knownHolders[tag] ?? [])
        return try await clanLocks.withLock(tag) { () async throws(SeatFailure) in
            doubtful.remove(tag)
            let (directory, ledger) = try await bothTabs(context)
            guard let clan = directory[tag] else { throw .unknownClan(tag) }
            let update = SeatUpdate(
                of: clan, by: change, holders: holders(of: tag, in: ledger), owner: owner(directory.layout))
            if !update.writes.isEmpty {
                do throws(WriteFailure) {
                    _ = try await services.outbox.write(rowChange(of: clan, update.writes))
                } catch {
                    throw .notWritten(error)
                }
            }
            await services.roster.bucket.patch { $0.apply(update.cells, to: tag) }
            services.logger.debug(
                "recomputed clan availability",
                [
                    "clan_tag": .string(tag.text), "manual_open": .int(update.manualOpenSpots.after),
                    "active_reservations": .int(update.availability.activeHolds),
                    "available_after_reservations": .int(update.availability.openSpots),
                ])
            return (clan, update)
        }
    }

    /// Computes a clan's seats anew a little later: a change of its holds was withdrawn, and whoever read them meanwhile
    /// counted it.
    func doubt(_ tag: ClanTag) {
        doubtful.insert(tag)
        tryAgain(tag)
    }

    private func tryAgain(_ tag: ClanTag) {
        guard retries[tag] == nil else { return }
        retries[tag] = Task { [calendar = services.calendar, activity = services.activity] in
            for pause in Self.pauses {
                guard (try? await calendar.sleep(for: pause)) != nil else { return }
                let isDone = await activity.track { await self.succeedsAgain(tag) }
                if isDone { return }
            }
            self.giveUp(tag)
        }
    }

    private func succeedsAgain(_ tag: ClanTag) async -> Bool {
        upkeep.retries += 1
        do throws(SeatFailure) {
            _ = try await write(tag, SeatChange(), .background)
        } catch {
            note(isOK: false)
            services.logger.warning(
                "failed to recompute clan availability", ["clan_tag": .string(tag.text)], error: error)
            if case .unknownClan = error { giveUp(tag) }
            return retries[tag] == nil
        }
        note(isOK: true)
        guard !doubtful.contains(tag) else { return false }
        retries[tag] = nil
        return true
    }

    private func giveUp(_ tag: ClanTag) { retries[tag] = nil }

    private func note(isOK: Bool) {
        upkeep.last = SeatUpkeep.Recompute(at: services.calendar.now, isOK: isOK)
    }

    // MARK: Drift

    /// Holds the roster's numbers against the ledger and puts right what differs, in one request.
    ///
    /// For after a load of the roster: people edit by hand, and a process may end between two writes. A ledger that cannot
    /// be read changes nothing.
    /// - Returns: the clans that were put right.
    @discardableResult
    public func repairDrift() async -> [ClanTag] {
        do throws(SeatFailure) {
            let directory = await services.roster.bucket.current
            let ledger = try await readAhead?.value.get()
            loaded = ledger
            readAhead = nil
            guard let directory, let ledger else { return try await repairDrift(try await bothTabs(.background)) }
            return try await repairDrift((directory, ledger))
        } catch {
            readAhead = nil
            services.logger.warning("availability drift not checked", error: error)
            return []
        }
    }

    /// Reads the ledger for the next ``repairDrift()``; for when a load of the roster begins, so that both travel together.
    public func prepareRepair() {
        readAhead = Task { await Result { () async throws(SeatFailure) in try await self.ledger(.load) } }
    }

    private func repairDrift(
        _ tabs: (directory: ClanDirectory, ledger: ReservationLedger)
    ) async throws(SeatFailure) -> [ClanTag] {
        let (directory, ledger) = tabs
        await services.resolveMembers(ledger.holds.compactMap(\.ticketUserID))
        let drift = drift(directory, ledger)
        tell(unknown: drift.unknownTags)
        guard !drift.repairs.isEmpty else { return [] }
        let repaired = try await repair(drift.repairs.map(\.clan.tag))
        guard !repaired.isEmpty else { return [] }
        upkeep.repairs += repaired.count
        upkeep.lastRepair = SeatUpkeep.Repair(at: services.calendar.now, tags: repaired)
        services.logger.info("availability drift repaired", ["tags": .strings(repaired.map(\.text))])
        return repaired
    }

    /// Looks once more while nobody else changes these clans, so that no newer number is overwritten.
    private func repair(_ tags: [ClanTag]) async throws(SeatFailure) -> [ClanTag] {
        try await clanLocks.withLocks(tags) { () async throws(SeatFailure) in
            let (directory, ledger) = try await bothTabs(.background)
            let repairs = drift(directory, ledger).repairs.filter { tags.contains($0.clan.tag) }
            do throws(WriteFailure) {
                try await services.outbox.enqueue(repairs.map { rowChange(of: $0.clan, $0.writes) })
            } catch {
                throw .notWritten(error)
            }
            // Where nothing is left to write the look before was at older rows: those of panels.
            await services.roster.bucket.patch { cached in
                for tag in tags { cached.apply(directory[tag]?.seats ?? [], to: tag) }
                for repair in repairs { cached.apply(repair.writes, to: repair.clan.tag) }
            }
            return repairs.map(\.clan.tag)
        }
    }

    private func drift(_ directory: ClanDirectory, _ ledger: ReservationLedger) -> SeatDrift {
        SeatDrift(of: directory, against: ledger, name: services.memberName)
    }

    /// Tells operators of holds on tags that stand in no row, once a day per tag.
    private func tell(unknown tags: [ClanTag]) {
        for tag in tags where toldUnknown[tag] != today {
            toldUnknown[tag] = today
            services.logger.warning("reservations hold seats of an unknown clan", ["clan_tag": .string(tag.text)])
        }
    }

    // MARK: Pieces

    private func bothTabs(
        _ context: CallContext
    ) async throws(SeatFailure) -> (ClanDirectory, ReservationLedger) {
        // Asked for together, so that they travel in one request.
        async let clans = Result { () async throws(SeatFailure) in try await self.clans(context) }
        async let ledger = Result { () async throws(SeatFailure) in try await self.ledger(context) }
        return (try await clans.get(), try await ledger.get())
    }

    private func holders(of tag: ClanTag, in ledger: ReservationLedger) -> [String] {
        ledger.holds(of: tag).map { $0.holderName(resolvedBy: services.memberName) }
    }

    private func owner(_ layout: RosterLayout) -> ManualSpotsOwner {
        ManualSpotsOwner.named(by: services.configuration.registry[\.tabs.manualSpotsOwner], layout: layout).owner
    }

    private func rowChange(of clan: Clan, _ writes: [SeatWrite]) -> RowChange {
        RowChange(
            of: rosterTable, row: [clan[.tag]], cause: "seats:\(clan.tag):\(Trace.make())",
            writes.map { OutboxCell($0, over: clan) })
    }
}

extension Result {
    /// The outcome of an asynchronous piece of work.
    fileprivate init(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws(Failure) -> Success
    ) async {
        do throws(Failure) { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
