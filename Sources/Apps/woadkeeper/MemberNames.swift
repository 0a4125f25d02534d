import Discord
import Service
import Synchronization

/// The names of members, also of those whom the view has not seen yet: asked for once, so that what stands in the sheet does
/// not depend on who spoke since the start.
final class MemberNames: Sendable {
    /// Somebody who is no member, as far as servers have said.
    private struct Absence {
        /// The servers that were asked.
        var guilds: Set<GuildID>
        /// Until when that is believed.
        var end: Timestamp
    }

    /// How long the first use of names waits for a server.
    private static let patience = Duration.seconds(30)
    private static let absenceLifetime = Duration.seconds(3600)
    private static let maximumAbsences = 2_000

    private let rest: RESTClient
    private let view: GuildViewStore
    private let guilds: @Sendable () -> Set<GuildID>
    private let transport: any TimeSource
    private let absences = Mutex<[UserID: Absence]>([:])

    init(
        rest: RESTClient, view: GuildViewStore, guilds: @escaping @Sendable () -> Set<GuildID>,
        transport: any TimeSource
    ) {
        self.rest = rest
        self.view = view
        self.guilds = guilds
        self.transport = transport
    }

    /// The name under which somebody is known in a guild.
    func name(_ id: UInt64) -> String? {
        let user = UserID(integerLiteral: id)
        return view.snapshot.all.lazy.compactMap { $0.displayName(of: user) }.first
    }

    /// Returns once a server is known whose members can be asked for, or after a while without one.
    func canBeAsked() async {
        let allowed = guilds()
        await view.until(transport.now + Self.patience, transport) { !Self.served($0, allowed).isEmpty }
    }

    /// Makes the names of members known.
    func resolve(_ ids: [UInt64]) async {
        let served = Self.served(view.snapshot, guilds())
        for id in ids {
            let user = UserID(integerLiteral: id)
            if name(id) == nil {
                await ask(user, served)
            } else {
                absences.withLock { $0[user] = nil }
            }
        }
    }

    /// Asks all servers, unless they have said before that they do not know the person.
    private func ask(_ user: UserID, _ served: Set<GuildID>) async {
        guard !served.isEmpty, !isAbsent(user, from: served) else { return }
        var strangers: Set<GuildID> = []
        for guild in served {
            do throws(RESTError) {
                view.remember(try await rest.member(user, of: guild), in: guild)
            } catch  where error.isUnknownMember || error.isUnknownUser {
                strangers.insert(guild)
            } catch {
                // No answer says nothing about the person.
            }
        }
        guard strangers == served else { return }
        let now = transport.now
        absences.withLock { absences in
            if absences.count >= Self.maximumAbsences { absences = absences.filter { $0.value.end > now } }
            if absences.count >= Self.maximumAbsences { absences = [:] }
            absences[user] = Absence(guilds: served, end: now + Self.absenceLifetime)
        }
    }

    private func isAbsent(_ user: UserID, from served: Set<GuildID>) -> Bool {
        let now = transport.now
        return absences.withLock { absences in
            absences[user].map { $0.end > now && served.isSubset(of: $0.guilds) } ?? false
        }
    }

    /// The servers whose members are known or can be asked for.
    private static func served(_ views: GuildViews, _ allowed: Set<GuildID>) -> Set<GuildID> {
        Set(
            views.all.filter { $0.isComplete && !$0.isUnavailable }.map(\.id)
                .filter { allowed.isEmpty || allowed.contains($0) })
    }
}
