public import Bot
public import Configuration
public import Service
import TimeZones

/// What the settings amount to, told once per process when they were read: the lines that operators look for after a
/// start. Source: coreops chapter, sections 3.5 and 4.5; runtime chapter, section 4.2.
public enum StartLines {
    /// Tells it.
    public static func tell(_ registry: Registry, _ settings: BotSettings, _ catalog: CommandCatalog, to logger: Logger)
    {
        logger.info("coreops settings resolved", ["settings": .object(commands(settings.commands, catalog))])
        if !registry[\.people.admins].isEmpty {
            logger.info("config: ADMIN_IDS is displayed only and grants nothing; roles decide who is an admin")
        }
        let helpers = registry[\.people.recruiterRoles].union(registry[\.people.coordinatorRoles])
            .union(registry[\.people.guardianRoles])
        if helpers.isEmpty {
            logger.warning(
                "config: RECRUITER_ROLE_IDS, RECRUITMENT_COORDINATOR_ROLE_IDS and GUARDIAN_KNIGHT_ROLE_IDS are empty;"
                    + " nobody is called to tickets")
        }
        let zone = registry[\.core.timeZone]
        do {
            _ = try NamedTimeZone(zone)
        } catch {
            logger.warning("timezone not found; defaulting to UTC", ["timezone": .string(zone)], error: error)
        }
    }

    private static func commands(_ settings: CommandRouter.Settings, _ catalog: CommandCatalog) -> [LogValue.Member] {
        let bare = catalog.entries.compactMap(\.command.bareName)
        let removed = bare.filter { name in
            !settings.hasGenericAliases && !(settings.isAllowListExplicit && settings.adminAllowList.contains(name))
        }
        var members = [
            LogValue.Member("bot_tag", .string(settings.tag)),
            LogValue.Member("tagged_aliases", .bool(settings.hasTaggedAliases)),
            LogValue.Member("generic_aliases", .bool(settings.hasGenericAliases)),
            LogValue.Member("admin_bang_allowlist", .strings(settings.adminAllowList)),
        ]
        if !removed.isEmpty { members.append(LogValue.Member("generic_aliases_removed", .strings(removed.sorted()))) }
        return members
    }
}
