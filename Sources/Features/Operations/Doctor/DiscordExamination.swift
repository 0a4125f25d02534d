import Bot
import Configuration
import Discord
import Service

/// What a check-up finds on Discord's side.
struct DiscordExamination {
    let registry: Registry
    let rest: RESTClient
    let now: Timestamp

    /// What the bot must be allowed to do in a whole server, and what for. The first ones are vital.
    private static let vital: [(Permissions, String)] = [
        (.viewChannel, "to read commands"), (.sendMessages, "to answer"), (.embedLinks, "to answer with cards"),
        (.readMessageHistory, "to reply to messages"), (.addReactions, "to answer pings"),
    ]
    private static let wanted: [(Permissions, String)] = [
        (.sendMessagesInThreads, "to answer in tickets"), (.attachFiles, "to show crests"),
        (.useExternalEmojis, "to show emoji"), (.manageMessages, "to tidy up panels"),
        (.manageThreads, "to rename and close tickets"), (.createPublicThreads, "to open threads"),
        (.manageRoles, "to hand out roles and write channel permissions"),
        (.manageChannels, "to write channel permissions"),
    ]

    private static let ticketChannels: Set<String> = ["WELCOME_CHANNEL_ID", "PROMO_CHANNEL_ID"]

    func diagnoses() async -> [Diagnosis] {
        let user: User
        do throws(RESTError) { user = try await rest.currentUser() } catch {
            if error.api?.status == 401 {
                return [
                    .error("token", "refused by Discord", fix: "set DISCORD_TOKEN to the token of the developer portal")
                ]
            }
            return [.error("discord", "not reachable: \(error)", fix: "check the network and DISCORD_API_BASE_URL")]
        }
        let store = GuildViewStore()
        var found = [Diagnosis.ok("token", "logged in as \(user.username)")]
        found += await application()
        found += await gateway()
        found += await guilds(user, store)
        let views = store.snapshot.all
        guard !views.isEmpty else { return found }
        return found + views.flatMap(permissions) + (await channels(views)) + roles(views)
    }

    // MARK: The application

    private func application() async -> [Diagnosis] {
        do throws(RESTError) {
            let flags = try await rest.currentApplication().flags
            return [
                intent("Server Members", flags.allowsGuildMembers),
                intent("Message Content", flags.allowsMessageContent),
            ]
        } catch {
            return [.warning("intents", "could not be read: \(error)", fix: "look at them in the developer portal")]
        }
    }

    private func intent(_ name: String, _ isOn: Bool) -> Diagnosis {
        isOn
            ? .ok("intent \(name)", "switched on")
            : .error(
                "intent \(name)", "switched off",
                fix: "switch on “\(name) Intent” on the Bot page of the developer portal")
    }

    private func gateway() async -> [Diagnosis] {
        do throws(RESTError) {
            let info = try await rest.gatewayInfo()
            let text = "\(info.sessionStartRemaining) of \(info.sessionStartTotal) sessions left today"
            return [
                info.sessionStartRemaining > 10
                    ? .ok("gateway", text)
                    : .warning("gateway", text, fix: "find out why the bot starts so often before starting it again")
            ]
        } catch {
            return [.error("gateway", "not reachable: \(error)", fix: "check the network")]
        }
    }

    // MARK: Servers

    private func guilds(_ user: User, _ store: GuildViewStore) async -> [Diagnosis] {
        var found: [Diagnosis] = []
        var joined: [JoinedGuild] = []
        do throws(RESTError) { joined = try await rest.currentGuilds() } catch {
            return [.error("servers", "could not be listed: \(error)", fix: "try again later")]
        }
        let allowed = Set(registry[\.core.guilds].map { GuildID(rawValue: Snowflake(rawValue: $0)) })
        if allowed.isEmpty {
            found.append(.warning("allow-list", "empty, so that any server is served", fix: "set GUILD_IDS"))
        }
        for guild in joined where !allowed.isEmpty && !allowed.contains(guild.id) {
            found.append(
                .warning(
                    "server \(guild.id)", "“\(guild.name)” is not in GUILD_IDS; the bot will leave it",
                    fix: "add it to GUILD_IDS if it belongs there"))
        }
        for id in (allowed.isEmpty ? Set(joined.map(\.id)) : allowed).sorted() {
            guard let guild = joined.first(where: { $0.id == id }) else {
                found.append(
                    .error("server \(id)", "the bot is not in it", fix: "invite the bot, or correct GUILD_IDS"))
                continue
            }
            do {
                store.load(try await rest.load(id, ownUser: user.id), ownUser: user)
                found.append(.ok("server \(id)", "“\(guild.name)”"))
            } catch {
                found.append(.error("server \(id)", "could not be read: \(error)", fix: "try again later"))
            }
        }
        return found
    }

    private func permissions(in view: GuildView) -> [Diagnosis] {
        let subject = "permissions in \(view.label)"
        guard let member = view.ownMember else {
            return [.error(subject, "the bot's own membership is not known", fix: "invite the bot again")]
        }
        let held = view.permissions(of: member, at: now)
        func missing(_ table: [(Permissions, String)], _ grade: Diagnosis.Grade) -> [Diagnosis] {
            table.filter { !held.contains($0.0) }.map { permission, purpose in
                let name = Permissions.named.first { $0.permission == permission }?.name ?? "?"
                return Diagnosis(
                    grade: grade, subject: subject, finding: "\(name) is missing (\(purpose))",
                    remedy: "grant it to the bot's role")
            }
        }
        let found = missing(Self.vital, .error) + missing(Self.wanted, .warning)
        return found.isEmpty ? [.ok(subject, "all that are needed")] : found
    }

    // MARK: Channels and roles

    /// Settings that hold ids of one kind, with their ids.
    private func settings(_ parts: [String]) -> [(name: String, ids: [UInt64])] {
        Settings.groups.flatMap(\.settings).filter { setting in
            !setting.isUnused && setting.type.holdsIDs && parts.contains { setting.name.contains($0) }
        }.compactMap { setting in
            let ids = registry.entry(setting.name)?.value?.ids ?? []
            return ids.isEmpty ? nil : (setting.name, ids)
        }
    }

    private func channels(_ views: [GuildView]) async -> [Diagnosis] {
        var found: [Diagnosis] = []
        for (name, ids) in settings(["CHANNEL", "THREAD", "DEST"]) {
            for id in ids { found.append(await channel(ChannelID(rawValue: Snowflake(rawValue: id)), name, views)) }
        }
        return found
    }

    private func channel(_ id: ChannelID, _ setting: String, _ views: [GuildView]) async -> Diagnosis {
        let subject = "channel \(setting)"
        guard let view = views.first(where: { $0.channel(id) != nil }), let channel = view.channel(id) else {
            // Archived threads are in no list, but can be asked for.
            do throws(RESTError) {
                let channel = try await rest.channel(id)
                return .ok(subject, "#\(channel.name ?? "\(id)") (archived, or not in a served server)")
            } catch {
                return .error(subject, "no channel \(id) that the bot can see", fix: "correct \(setting), or let it in")
            }
        }
        let held = view.ownPermissions(in: id, at: now) ?? []
        // Nobody but the ticket bot need write in a ticket channel itself; answers go into its threads.
        let needed: Permissions =
            Self.ticketChannels.contains(setting)
            ? [.viewChannel, .sendMessagesInThreads, .readMessageHistory]
            : [.viewChannel, channel.kind.sendingPermission, .embedLinks, .readMessageHistory]
        let missing = Permissions.named.filter { needed.contains($0.permission) && !held.contains($0.permission) }
        guard missing.isEmpty else {
            return .error(
                subject, "#\(channel.name ?? "\(id)"): missing \(missing.map(\.name).joined(separator: ", "))",
                fix: "allow the bot's role there")
        }
        return .ok(subject, "#\(channel.name ?? "\(id)")")
    }

    private func roles(_ views: [GuildView]) -> [Diagnosis] {
        settings(["ROLE"]).flatMap { name, ids in
            ids.map { id -> Diagnosis in
                let role = views.lazy.compactMap { $0.role(RoleID(rawValue: Snowflake(rawValue: id))) }.first
                return role.map { Diagnosis.ok("role \(name)", "@\($0.name)") }
                    ?? .error("role \(name)", "no role \(id)", fix: "correct \(name)")
            }
        }
    }
}
