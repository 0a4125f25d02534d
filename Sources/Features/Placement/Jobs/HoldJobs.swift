import Books
import Bot
import Cluster
import Configuration
import Discord
import Service
import Spreadsheets

/// What both daily jobs do alike: load the ledger, know the threads, say lines, recompute clans.
struct HoldJobs: Sendable {
    let services: PlacementServices

    /// A hold that is due, with what is known of its ticket.
    struct Due: Sendable {
        let hold: Reservation
        /// What is known of the thread.
        let thread: ThreadLookUp
        /// The ticket's parts, where the thread's name tells them.
        let name: TicketName?

        /// The thread; nil where it is gone or nobody can tell.
        var channel: Channel? { thread.channel }

        /// `W0602`, or `unknown`.
        var ticket: String {
            name.map { "\($0.code)" } ?? channel?.name.flatMap { TicketCode(listing: $0) }.map { "\($0)" } ?? "unknown"
        }

        /// The recruit as log lines name them.
        var user: String {
            name?.username ?? (hold.usernameSnapshot.isEmpty ? hold.addressee : hold.usernameSnapshot)
        }

        /// Where people find the ticket.
        var link: String? {
            channel.flatMap { channel in
                channel.guildID.map { "https://discord.com/channels/\($0)/\(channel.id)" }
            }
        }
    }

    /// The holds with their threads.
    func due(_ holds: [Reservation]) async -> [Due] {
        // On most days nothing is due, and then nobody need know the clans.
        guard !holds.isEmpty else { return [] }
        let threads = await services.threads(of: holds)
        let clans = try? await services.roster.clans()
        return holds.map { hold in
            let thread = hold.threadID.flatMap { threads[$0] } ?? .gone
            let name = thread.channel?.name.flatMap { TicketName(welcome: $0) { clans?[$0] != nil } }
            return Due(hold: hold, thread: thread, name: name)
        }
    }

    /// The ledger, or the failure that ends a run with its line.
    /// - Parameter counts: what the line counts, before anything was done.
    func ledger(_ event: String, counts: String, orLog message: String) async throws -> ReservationLedger {
        do {
            return try await services.seats.ledger(.background)
        } catch {
            services.logger.error(message, error: error)
            say("🧭 \(event) — \(counts) • result=fail • reason=\(error)", .error)
            throw JobFailure("\(error)")
        }
    }

    /// Writes a line to the log and to the log channel.
    func say(_ line: String, _ level: LogLevel, error: (any Error)? = nil) {
        services.logger.log(level, line, error: error)
        services.logChannel.post(line, from: .job)
    }

    /// Brings each touched clan up to date, once.
    func recompute(_ holds: [Reservation], orLog message: String) async {
        for tag in Set(holds.compactMap(\.tag)).sorted() {
            do throws(SeatFailure) {
                try await services.seats.recompute(tag, by: .extended, .background)
            } catch {
                services.logger.error(message, ["clan_tag": .string(tag.text)], error: error)
            }
        }
    }

    /// The nonce of what is posted once for a hold and a day, however often it is tried.
    static func nonce(of hold: Reservation, on day: String, _ step: String) -> String {
        Nonce.derived(from: "\(hold.identity):\(day)", step: step)
    }
}
