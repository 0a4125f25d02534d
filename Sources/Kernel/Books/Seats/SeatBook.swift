public import Cluster
public import Configuration
import Journal
public import Service
public import Spreadsheets

/// The seats of all clans: the ledger of reservations, and the columns of the roster that follow from it.
///
/// The only writer of both. What it decides, it decides on rows that were read afresh, with everything recorded but not yet
/// written laid over them; a row is found by its identity, never by a remembered number.
///
/// ```swift
/// switch try await seats.reserve(reservation, cause: invocation.key) {
/// case .saved, .recorded: let update = await seats.recompute(tag)
/// case .blocked(let obstacle): …
/// }
/// ```
///
/// Source: placement chapter, sections 3, 8 and 17; recruitment chapter, sections 11 and 14.5.
public actor SeatBook {
    /// What the book works with.
    public struct Services: Sendable {
        /// Where changes go.
        public var outbox: Outbox
        /// Names of tabs, and the workbook.
        public var configuration: ConfigurationService
        /// The clans as panels see them; patched after each change.
        public var roster: Roster
        /// The day, and pauses before a second try.
        public var calendar: any TimeSource
        /// Log lines.
        public var logger: Logger
        /// The name under which a member of the guild is known there; nil for others.
        public var memberName: @Sendable (UInt64) -> String?
        /// Makes the names of members known who were not seen yet.
        public var resolveMembers: @Sendable ([UInt64]) async -> Void
        /// Takes messages for the log channel and returns at once.
        public var alert: @Sendable (String) -> Void
        /// Work in hand, for tests that move the clock.
        public var activity: ActivityCounter

        /// Services; see the properties.
        public init(
            outbox: Outbox, configuration: ConfigurationService, roster: Roster, calendar: any TimeSource,
            logger: Logger, memberName: @escaping @Sendable (UInt64) -> String?,
            resolveMembers: @escaping @Sendable ([UInt64]) async -> Void = { _ in },
            alert: @escaping @Sendable (String) -> Void = { _ in }, activity: ActivityCounter
        ) {
            self.outbox = outbox
            self.configuration = configuration
            self.roster = roster
            self.calendar = calendar
            self.logger = logger
            self.memberName = memberName
            self.resolveMembers = resolveMembers
            self.alert = alert
            self.activity = activity
        }
    }

    let services: Services
    let ledgerTable: BookTable
    let rosterTable: BookTable
    let reading: RosterReading
    /// Of the same clan, ticket or recruit one operation at a time decides about rows of the ledger, and sees what came of
    /// its decision before the next one looks. Taken before those of ``clanLocks``.
    let ledgerLocks = KeyedLocks<String>()
    /// One operation at a time per clan.
    let clanLocks = KeyedLocks<ClanTag>()
    var upkeep = SeatUpkeep()
    /// Clans whose seats are being tried again.
    var retries: [ClanTag: Task<Void, Never>] = [:]
    /// Clans whose holds were read while a change of them was recorded that has been withdrawn since.
    var doubtful: Set<ClanTag> = []
    /// The ledger, for the comparison that follows the load of the roster that is under way.
    var readAhead: Task<Result<ReservationLedger, SeatFailure>, Never>?
    /// The ledger as the last load of the roster found it.
    var loaded: ReservationLedger?
    /// Whether this process changed a hold yet.
    private var hasChangedHolds = false
    /// The recruits who held seats of a clan when the ledger was last read.
    var knownHolders: [ClanTag: [UInt64]] = [:]
    /// The day on which operators heard of a tag that is in no row.
    var toldUnknown: [ClanTag: CalendarDay] = [:]

    /// Creates the book; `services.outbox` must know ``tables(_:_:)``, and have ``hear(_:)`` listen to the table
    /// ``ledgerName``.
    public init(_ services: Services) {
        self.services = services
        ledgerTable = SeatTables.ledger(services.configuration, services.logger)
        rosterTable = SeatTables.roster(services.configuration)
        reading = RosterReading(logger: .silent)
    }

    /// The name under which the outbox knows the ledger.
    public static let ledgerName = SeatTables.ledgerName

    /// The tabs that the book writes.
    public static func tables(_ configuration: ConfigurationService, _ logger: Logger) -> [BookTable] {
        [SeatTables.ledger(configuration, logger), SeatTables.roster(configuration)]
    }

    /// The day in UTC.
    public nonisolated var today: CalendarDay { CalendarDay(containing: now) }

    /// The time in whole seconds, as the ledger keeps it.
    public nonisolated var now: UTCTime {
        UTCTime(secondsSince1970: Int(services.calendar.now.milliseconds / 1000))
    }

    // MARK: Reading

    /// The ledger, read afresh, as it will be once everything recorded is written. A reservation that is not in the sheet
    /// yet has row 0.
    public func ledger(_ context: CallContext = .interactive) async throws(SeatFailure) -> ReservationLedger {
        let rows = try await ledgerRows(context)
        return ReservationLedger(rows.compactMap(\.reservation))
    }

    /// The ledger for a look at the start. As long as this process changed no hold it is the one that came with the roster,
    /// so that it costs no further call.
    public func ledgerAtStart() async throws(SeatFailure) -> ReservationLedger {
        _ = try? await services.roster.clans()
        if let readAhead, case .success(let ledger) = await readAhead.value { loaded = ledger }
        if let loaded, !hasChangedHolds { return loaded }
        return try await ledger(.background)
    }

    /// The clans, read afresh, as they will be once everything recorded is written.
    public func clans(_ context: CallContext = .interactive) async throws(SeatFailure) -> ClanDirectory {
        do throws(WorkbookError) {
            let (block, entries) = try await services.outbox.roster(rosterTable, services.configuration, context)
            do throws(RosterUnreadable) { return try reading.clans(in: block, entries) } catch {
                throw .schema(error.description)
            }
        } catch {
            throw .unreadable(error)
        }
    }

    /// A row of the ledger with its texts as they stand there.
    struct LedgerRow: Sendable {
        var reservation: Reservation?
        var texts: BookRow

        /// The texts that name the row.
        var key: [String] { Reservation.Identity.columns.map { texts[$0] } }
    }

    func ledgerRows(_ context: CallContext) async throws(SeatFailure) -> [LedgerRow] {
        let rows: [BookRow]
        do throws(WorkbookError) {
            rows = try await services.outbox.rows(of: ledgerTable, context)
        } catch {
            if case .schema = error { throw .ledgerHeader }
            throw .unreadable(error)
        }
        let ledger = rows.map { row in
            let cells = Reservation.Column.allCases.map { row[$0.header] }
            return LedgerRow(reservation: Reservation(cells: cells, sheetRow: row.number ?? 0), texts: row)
        }
        knownHolders = ReservationLedger(ledger.compactMap(\.reservation)).holdsByClan
            .mapValues { $0.compactMap(\.ticketUserID) }
        return ledger
    }

    // MARK: Changing the ledger

    /// The locks of all on whose rows a decision may rest: those of the clan, and those that a recruit may be found by.
    private static func lockKeys(_ tag: ClanTag?, thread: UInt64?, user: UInt64?, name: String) -> Set<String> {
        let name = name.trimmed.lowercased()
        let keys = [
            tag.map { "clan:\($0)" }, thread.map { "thread:\($0)" }, user.map { "user:\($0)" },
            name.isEmpty ? nil : "name:\(name)",
        ]
        return Set(keys.compactMap(\.self))
    }

    /// Holds a seat: appends a row, unless something stands in the way.
    /// - Parameter cause: names the event; the same event holds one seat, however often it is delivered.
    public func reserve(
        _ reservation: NewReservation, cause: String
    ) async throws(SeatFailure) -> SavedReservation {
        guard let tag = ClanTag(reservation.clanLabel) else { throw .gone }
        hasChangedHolds = true
        let keys = Self.lockKeys(
            tag, thread: reservation.threadID, user: reservation.ticketUserID, name: reservation.username ?? "")
        return try await ledgerLocks.withLocks(keys) { () async throws(SeatFailure) in
            async let roster = clans()
            let ledger = try await ledger()
            if let row = reservation.reservation(inRow: 0), ledger.contains(row.identity) { return .recorded }
            let directory: ClanDirectory
            do { directory = try await roster } catch { throw error as? SeatFailure ?? .gone }
            guard let clan = directory[tag] else { throw .unknownClan(tag) }
            if let obstacle = ledger.obstacle(to: reservation, manualOpenSpots: clan.manualOpenSpots, on: today) {
                return .blocked(obstacle)
            }
            let cells = zip(Reservation.Column.allCases, reservation.cells).map { column, text in
                OutboxCell(column.header, text.isEmpty ? .clear : .text(text))
            }
            let key = Reservation.Identity.columns.map { name in
                zip(Reservation.Column.allCases, reservation.cells).first { $0.0.header == name }?.1 ?? ""
            }
            knownHolders[tag, default: []].append(reservation.ticketUserID)
            do throws(WriteFailure) {
                let written = try await services.outbox.write(
                    RowChange(of: ledgerTable, row: key, .append, cause: "\(cause):reserve", cells))
                return .saved(row: written.number)
            } catch {
                if case .unsettled = error { return .recorded }
                doubt(tag)
                throw .notWritten(error)
            }
        }
    }

    /// Changes a hold, wherever its row is now.
    /// - Parameter cause: names the event; the same event changes a hold once.
    /// - Returns: the reservation as it stands afterwards, and whether the ledger says so yet. Of a change that is only
    ///   recorded and is not made in the end, the log channel hears.
    @discardableResult
    public func change(
        _ hold: Reservation, by change: ReservationChange, cause: String, _ context: CallContext = .interactive
    ) async throws(SeatFailure) -> ChangedReservation {
        hasChangedHolds = true
        let keys = Self.lockKeys(
            hold.tag, thread: hold.threadID, user: hold.ticketUserID, name: hold.usernameSnapshot)
        return try await ledgerLocks.withLocks(keys.union(["row:\(hold.identity)"])) { () async throws(SeatFailure) in
            let rows = try await ledgerRows(context)
            guard
                let row = rows.first(where: {
                    $0.reservation?.identity == hold.identity && $0.reservation?.isActive == true
                }),
                let present = row.reservation
            else { throw .gone }
            let changed: Reservation
            do throws(ReservationRefusal) { changed = try present.applying(change, on: today) } catch {
                throw .refused(error)
            }
            // The status goes along unchanged where only the date moves: a person who ended the hold meanwhile stands.
            let status = Reservation.Column.status.header
            var cells = [
                OutboxCell(
                    status, .text(changed.isActive ? row.texts[status] : changed.status.text),
                    seenBefore: row.texts[status])
            ]
            if changed.reservedUntil != present.reservedUntil, let day = changed.reservedUntil {
                let until = Reservation.Column.reservedUntil.header
                cells.append(OutboxCell(until, .text(day.description), seenBefore: row.texts[until]))
            }
            do throws(WriteFailure) {
                _ = try await services.outbox.write(
                    RowChange(of: ledgerTable, row: row.key, cause: Self.key(cause, hold.identity), cells))
            } catch {
                if case .unsettled = error { return .recorded(changed) }
                if let tag = hold.tag { doubt(tag) }
                throw .notWritten(error)
            }
            return .saved(changed)
        }
    }
}
