import Configuration
import Discord
import Service

/// Finds where a recruiter's panel goes. Source: recruitment chapter, section 6.1, step 4.
struct PanelTarget: Sendable {
    let services: PanelServices
    let logger: Logger

    /// The channel or thread for a panel that was asked for in `channel`; nil where the fixed thread cannot be had.
    func channel(for channel: ChannelID, in guild: GuildID) async -> ChannelID? {
        let registry = services.registry()
        guard registry[\.channels.panelThreadMode] == "fixed",
            let number = registry[\.channels.panelFixedThread], number > 0
        else { return channel }
        guard let found = await thread(ChannelID(integerLiteral: number), in: guild) else { return nil }
        guard found.kind.takesMessages else {
            logger.error("[clanmatch] thread takes no messages: thread_id=\(found.id)")
            return nil
        }
        if found.thread?.isArchived == true { await reopen(found.id) }
        logger.info("[clanmatch] target resolve ok: guild=\(guild) thread_id=\(found.id) type=\(found.kind.typeName)")
        return found.id
    }

    /// Opens an archived thread again. That it failed is logged; what is sent there may open it too.
    func reopen(_ thread: ChannelID) async {
        do {
            let channel = try await services.rest.editChannel(thread, ChannelEdit(isArchived: false))
            if let guild = channel.guildID { services.view.remember(channel, in: guild) }
        } catch {
            let failure = error.isMissingPermission ? "failed to unarchive" : "HTTP failure unarchiving"
            logger.error("[clanmatch] \(failure) thread_id=\(thread)", error: error)
        }
    }

    /// The thread: as the server's view has it, as another server's has it, else as Discord tells.
    private func thread(_ id: ChannelID, in guild: GuildID) async -> Channel? {
        let views = services.view.snapshot
        let found: Channel
        if let known = views[guild]?.channel(id) ?? views.channel(id) {
            found = known
        } else {
            do {
                found = try await services.rest.channel(id)
            } catch {
                log(error, thread: id, in: guild, isKnown: views[guild] != nil)
                return nil
            }
        }
        if let actual = found.guildID, actual == guild { return found }
        logger.error(
            "[clanmatch] thread resolve guild mismatch: expected=\(guild)"
                + " actual=\(found.guildID?.description ?? "none") thread_id=\(id)")
        return nil
    }

    /// - Parameter isKnown: whether the view has the server; else only the bot was asked, not the server.
    private func log(_ error: RESTError, thread: ChannelID, in guild: GuildID, isKnown: Bool) {
        let place = "guild=\(guild) thread_id=\(thread)"
        let message =
            if error.isUnknownChannel || error.api?.status == 404 {
                isKnown ? "thread not found: \(thread)" : "thread not found (bot-level): \(thread)"
            } else if error.isMissingPermission || error.api?.status == 403 {
                isKnown ? "thread fetch forbidden: \(place)" : "bot fetch forbidden for thread_id=\(thread)"
            } else {
                isKnown ? "thread fetch HTTP failure: \(place)" : "bot fetch HTTP failure for thread_id=\(thread)"
            }
        logger.error("[clanmatch] \(message)", error: error)
    }
}

extension ChannelKind {
    /// Whether messages can be sent to it.
    fileprivate var takesMessages: Bool { isThread || isVoice || self == .text || self == .announcement }

    /// How log lines name it.
    fileprivate var typeName: String {
        if isThread { return "Thread" }
        switch self {
        case .voice: return "VoiceChannel"
        case .stage: return "StageChannel"
        default: return "TextChannel"
        }
    }
}
