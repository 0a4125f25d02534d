import Bot
import Configuration
import Discord
import Service

/// Posts the list of open tickets. Source: recruitment chapter, section 10.
struct OpenTicketsReport: Sendable {
    private let services: ReportServices
    private let logger: Logger

    init(_ services: ReportServices) {
        self.services = services
        logger = services.logger.named("c1c.recruitment.reporting.open_tickets")
    }

    /// Posts the list.
    func post(_ cause: ReportCause) async -> ReportResult {
        let channel: Channel
        do {
            channel = try await services.resolveDestination()
        } catch {
            switch error {
            case .missing: return .failed("dest-missing")
            case .unreachable(let error): return .failed("dest:\(ReportFailure.kind(of: error))")
            case .unfit: return .failed("dest-invalid")
            }
        }
        let tickets: OpenTickets
        do {
            tickets = try await collect()
        } catch {
            logger.warning("failed to collect open tickets", error: error)
            return .failed("fetch:\(ReportFailure.kind(of: error))")
        }
        do {
            for (index, embed) in OpenTicketsView.embeds(tickets, at: services.calendar.now).enumerated() {
                var payload = MessagePayload(embeds: [embed]).fitted()
                payload.nonce = Nonce.derived(from: cause.key, step: "tickets \(index + 1)")
                _ = try await services.rest.createMessage(payload, in: channel.id)
            }
            return .ok
        } catch {
            let http = error.api.map { " (status=\($0.status) text=\($0.message))" } ?? ""
            logger.warning("failed to send open tickets report\(http)", error: error)
            return .failed("send:\(ReportFailure.kind(of: error))")
        }
    }

    /// The open tickets under the ticket channels, as Discord lists them now.
    private func collect() async throws(RESTError) -> OpenTickets {
        let registry = services.configuration.registry
        let wanted = [registry[\.channels.welcome], registry[\.channels.promo]].compactMap { $0 }
        var parents: Set<ChannelID> = []
        var guilds: Set<GuildID> = []
        for id in wanted.map({ ChannelID(integerLiteral: $0) }) {
            guard let channel = try await ticketChannel(id), let guild = channel.guildID else { continue }
            parents.insert(id)
            guilds.insert(guild)
        }
        var threads: [Channel] = []
        for guild in guilds.sorted() {
            threads += try await services.rest.activeThreads(of: guild).threads.map { thread in
                var thread = thread
                thread.guildID = thread.guildID ?? guild
                return thread
            }
        }
        return OpenTickets(among: threads, under: parents)
    }

    /// A channel under which tickets are opened; nil for one that cannot be reached and for one of another kind.
    private func ticketChannel(_ id: ChannelID) async throws(RESTError) -> Channel? {
        let channel: Channel
        if let known = services.view.snapshot.channel(id) {
            channel = known
        } else {
            do {
                channel = try await services.rest.channel(id)
            } catch {
                // That it is not there is an answer; that nobody answered is none.
                guard let status = error.api?.status, [403, 404].contains(status) else { throw error }
                logger.debug("ticket channel unreachable", ["channel_id": .string("\(id)")], error: error)
                return nil
            }
        }
        guard channel.kind == .text || channel.kind == .announcement, let guild = channel.guildID,
            services.settings().admits(guild)
        else { return nil }
        return channel
    }
}
