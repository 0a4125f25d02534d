public import Configuration
import Discord

extension BotSettings {
    /// The kernel's settings out of the registry and the toggles in force.
    public init(_ registry: Registry, toggles: Toggles) {
        func roles(_ path: KeyPath<Settings, Setting<Set<UInt64>>>) -> Set<RoleID> {
            Set(registry[path].map { RoleID(integerLiteral: $0) })
        }
        let allowList = registry[\.commands.bangAllowlist]
        self.init(
            policy: AccessPolicy(
                adminRoles: roles(\.people.adminRoles), staffRoles: roles(\.people.staffRoles),
                recruiterRoles: roles(\.people.recruiterRoles), leadRoles: roles(\.people.leadRoles),
                clanLeads: Set(registry[\.people.clanLeads].map { UserID(integerLiteral: $0) })),
            commands: CommandRouter.Settings(
                tag: registry[\.commands.botTag], hasTaggedAliases: registry.hasTaggedAliases,
                hasGenericAliases: registry[\.commands.genericAliases], adminAllowList: allowList,
                isAllowListExplicit: registry.entry("COREOPS_ADMIN_BANG_ALLOWLIST")?.origin != .default),
            allowedGuilds: Set(registry[\.core.guilds].map { GuildID(integerLiteral: $0) }),
            requiresAllowList: registry[\.core.strictProbe],
            logChannel: registry.logChannel.map { ChannelID(integerLiteral: $0) },
            showsEmptyHelpSections: registry[\.commands.showEmptySections],
            helpDiagnosticsInterval: registry[\.commands.helpDiagnostics]
                ? .seconds(registry[\.commands.helpDiagnosticsTTL]) : nil,
            botName: registry[\.core.botName], botVersion: registry[\.core.botVersion],
            environmentName: registry[\.core.environmentName], isEnabled: { toggles.isOn($0) },
            isKnown: { toggles.state(of: $0) != .notLoaded })
    }
}
