import Books
import Cluster
import Configuration
import Discord
import Service
import Spreadsheets

/// What a fresh process does about holds: it finishes what the last one began, and brings the names of tickets in line with
/// the ledger. A ledger that cannot be read changes nothing; it is tried again.
///
/// Source: sheets chapter, section 9.3; design, section 6.
struct HoldRecovery: Sendable {
    /// What is older is history: nobody waits for an answer any more.
    private static let longestDelay = Duration.seconds(86_400)
    private static let guildPause = Duration.milliseconds(200)
    private static let firstPause = Duration.seconds(15)
    private static let longestPause = Duration.seconds(600)

    let services: PlacementServices
    /// Whether names follow the ledger, which they do not while reservations are switched off.
    let followsNames: @Sendable () -> Bool

    /// Finishes and compares, then looks from time to time for what could not be finished at once.
    func run() async {
        // Right after READY the servers are still on their way.
        while services.view.snapshot.all.isEmpty {
            guard (try? await services.transport.sleep(for: Self.guildPause)) != nil else { return }
        }
        var pause = Self.firstPause
        var hasCompared = false
        while !Task.isCancelled {
            let isDone = await services.activity.track { await look(compares: !hasCompared) }
            if isDone { hasCompared = true }
            guard (try? await services.calendar.sleep(for: isDone ? Self.longestPause : pause)) != nil else { return }
            pause = isDone ? Self.firstPause : min(pause * 2, Self.longestPause)
        }
    }

    /// - Returns: whether nothing is left to do.
    private func look(compares: Bool) async -> Bool {
        let left: [(flow: HoldFlow, startedAt: Timestamp)]
        do {
            left = try await services.flows.left()
        } catch {
            services.logger.warning("changes of holds left unfinished cannot be read", error: error)
            left = []
        }
        guard compares || !left.isEmpty else { return true }
        guard let ledger = await ledger(isFresh: !left.isEmpty) else { return false }
        var isDone = true
        for (flow, startedAt) in left where await !finish(flow, startedAt, ledger) { isDone = false }
        if compares, followsNames() { await follow(ledger) }
        return isDone
    }

    /// - Parameter isFresh: read for this look, and not the one that came with the roster.
    private func ledger(isFresh: Bool) async -> ReservationLedger? {
        do throws(SeatFailure) {
            return try await isFresh ? services.seats.ledger(.background) : services.seats.ledgerAtStart()
        } catch {
            services.logger.warning("reservations not compared with their tickets yet", error: error)
            return nil
        }
    }

    // MARK: What was begun

    /// - Returns: whether nothing is left of it.
    private func finish(_ flow: HoldFlow, _ startedAt: Timestamp, _ ledger: ReservationLedger) async -> Bool {
        guard services.calendar.now - startedAt < Self.longestDelay, let hold = flow.hold else {
            await services.flows.end(flow)
            return true
        }
        var followUps = await HoldFollowUps.begin(flow, of: hold, services)
        do {
            switch flow.standing(in: ledger) {
            case .made:
                services.logger.info("change of a hold is finished later", ["flow": .string(flow.id)])
                let asking = followUps
                try await followUps.complete { try await asking.answerAgain($0) }
                return !followUps.isStuck
            case .notMade:
                do {
                    if flow.kind == .reserve { try await followUps.answerAgain(ReserveView.stopped) }
                } catch {
                    services.flows.letGo(flow)
                    throw error
                }
                await followUps.abandon()
            case .overtaken:
                await followUps.abandon()
            }
            return true
        } catch {
            services.logger.warning("change of a hold not finished yet", ["flow": .string(flow.id)], error: error)
            return false
        }
    }

    // MARK: Names of tickets

    /// Names open tickets with a hold for it, and takes the hold out of the names of those without.
    private func follow(_ ledger: ReservationLedger) async {
        guard let parent = services.registry()[\.channels.welcome] else { return }
        let names = HoldNames(services: services)
        for guild in services.view.snapshot.all {
            for channel in guild.activeThreads(of: ChannelID(integerLiteral: parent)) where !channel.isShut {
                guard let thread = TicketThread(channel, in: guild.id, services.registry()) else { continue }
                await names.reconcile(ledger, in: thread)
            }
        }
    }
}
