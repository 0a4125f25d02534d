import Books
import Bot
import Cluster
import Discord
import Service
import Spreadsheets

/// Whom recruiters may mean while they type: who is known already, and besides the recruit of the ticket, those who hold a
/// seat, and the members whose name begins with what is typed.
///
/// The view knows only who was seen since the start. What else there is, is asked for with a short deadline and kept for
/// half a minute, since a person waits with every letter; whatever does not come in time is left out. Source: design,
/// section 4; placement chapter, section 17.2.
actor RecruitOffers {
    /// How long an answer counts.
    private static let lifetime = 30
    /// How long one is waited for. Offers must be there within two seconds, and two answers at most follow each other.
    private static let patience = Duration.milliseconds(800)
    /// As many as Discord shows.
    private static let searched = 25
    /// Answers that are kept at a time.
    private static let capacity = 256

    private struct Search: Hashable {
        var guild: GuildID
        var prefix: String
    }

    private struct Kept<Value> {
        var value: Value
        var at: UTCTime

        func counts(at now: UTCTime) -> Bool {
            (0..<RecruitOffers.lifetime).contains(now.secondsSince1970 - at.secondsSince1970)
        }
    }

    private let services: PlacementServices
    private var searches: [Search: Kept<[Member]>] = [:]
    private var tickets: [ChannelID: Kept<UserID?>] = [:]
    private var ledger: Kept<[Reservation]>?

    init(_ services: PlacementServices) {
        self.services = services
    }

    /// Whom to offer, the likeliest first: the recruit of the ticket, then who holds a seat, then the others by name.
    func offers(_ request: Completion.Request) async -> [Completion.Choice] {
        guard let guild = request.guildID else { return [] }
        async let subject = applicant(of: request.channelID, in: guild)
        async let held = holds()
        async let found = members(named: request.typed, in: guild)
        let (id, holds) = await (subject, held)
        let members = await found + (services.view.snapshot[guild]?.members ?? [])
        var offers: [UserID: Offer] = [:]
        for member in members where !member.user.isBot { offers[member.id] = Offer(member) }
        for hold in holds {
            guard let id = hold.ticketUserID.map({ UserID(integerLiteral: $0) }) else { continue }
            offers[id, default: Offer(id, named: hold.usernameSnapshot)].rank = 1
        }
        if let id {
            offers[id, default: Offer(id, named: ticketName(request.channelID, in: guild))].rank = 0
        }
        return offers.values.sorted { ($0.rank, $0.name, $0.id) < ($1.rank, $1.name, $1.id) }.map(\.choice)
    }

    /// Somebody who can be chosen.
    private struct Offer {
        let id: UserID
        let name: String
        /// The name of the account, where people know it by another one.
        var account = ""
        var rank = 2

        init(_ member: Member) {
            id = member.id
            name = member.displayName
            if member.user.username.lowercased() != name.lowercased() { account = member.user.username }
        }

        /// Somebody of whom only a name is known, or not even that: a name that only repeats the id is none.
        init(_ id: UserID, named name: String) {
            self.id = id
            self.name = name.isEmpty || Mention(name) != nil ? "\(id)" : name
        }

        var choice: Completion.Choice {
            Completion.Choice("\(id)", label: account.isEmpty ? name : "\(name) (\(account))")
        }
    }

    // MARK: What is asked for

    private func members(named typed: String, in guild: GuildID) async -> [Member] {
        let search = Search(guild: guild, prefix: String(typed.withoutBlanksAround).lowercased())
        guard !search.prefix.isEmpty else { return [] }
        let now = services.seats.now
        if let kept = searches[search], kept.counts(at: now) { return kept.value }
        // Whoever a shorter text found in full, a longer one need not ask for again.
        let shorter = searches.first { other, kept in
            other.guild == guild && search.prefix.hasPrefix(other.prefix) && kept.value.count < Self.searched
                && kept.counts(at: now)
        }
        if let shorter { return shorter.value.value }
        do throws(RESTError) {
            let found = try await services.rest.searchMembers(
                of: guild, named: search.prefix, limit: Self.searched, .within(Self.patience))
            services.view.remember(found, in: guild)
            if searches.count >= Self.capacity { searches = [:] }
            searches[search] = Kept(value: found, at: now)
            return found
        } catch {
            services.logger.debug("members not searched", error: error)
            return []
        }
    }

    /// The first person whom the ticket's first message mentions.
    private func applicant(of channel: ChannelID, in guild: GuildID) async -> UserID? {
        guard let thread = TicketThread(services.view.snapshot.channel(channel), in: guild, services.registry()) else {
            return nil
        }
        let now = services.seats.now
        if let kept = tickets[channel], kept.counts(at: now) { return kept.value }
        do throws(RESTError) {
            let id = try await services.applicant(of: thread, .within(Self.patience))
            if let id { await meet(id, in: guild) }
            if tickets.count >= Self.capacity { tickets = [:] }
            tickets[channel] = Kept(value: id, at: now)
            return id
        } catch {
            services.logger.debug("first message of a ticket not read", error: error)
            return nil
        }
    }

    /// Makes the name of somebody known who was not seen yet; who is no member stays nameless.
    private func meet(_ id: UserID, in guild: GuildID) async {
        guard services.view.snapshot[guild]?.member(id) == nil else { return }
        do throws(RESTError) {
            services.view.remember(try await services.rest.member(id, of: guild, .within(Self.patience)), in: guild)
        } catch {
            services.logger.debug("recruit of a ticket not looked up", error: error)
        }
    }

    private func ticketName(_ channel: ChannelID, in guild: GuildID) -> String {
        let name = services.view.snapshot.channel(channel)?.name ?? ""
        return (TicketName(welcome: name) { _ in false } ?? TicketName(promo: name) { _ in false })?.username ?? ""
    }

    private func holds() async -> [Reservation] {
        let now = services.seats.now
        if let ledger, ledger.counts(at: now) { return ledger.value }
        do throws(SeatFailure) {
            let holds = try await services.seats.ledger(
                CallContext(priority: .interactive, deadline: Self.patience)
            ).holds
            ledger = Kept(value: holds, at: now)
            return holds
        } catch {
            services.logger.debug("ledger not read for offers", error: error)
            return ledger?.value ?? []
        }
    }
}
