public import Configuration
public import Service
import Spreadsheets

/// The tabs that staff edit and the bot reads through buckets, apart from the roster.
///
/// A bucket is the only cache of its tab: what it holds is what every reader sees. Source: sheets chapter, section 8.1.
public struct StaffTables: Sendable {
    /// Welcome messages: the rows with a key, `TAG`, `ClanTag` or `clan`.
    public let templates: Bucket<TabRecords>
    /// The tags that are offered when a ticket closes.
    public let clanTags: Bucket<[String]>
    /// The rows of all questionnaires.
    public let questions: Bucket<TabRecords>
    /// The usable rows of the reaction roles.
    public let reactionRoles: Bucket<[ReactionRole]>
    /// The enabled images of the leagues.
    public let leagues: Bucket<[LeagueSpecification]>

    private static let week = Duration.seconds(7 * 86_400)
    private static let keyNames = ["TAG", "ClanTag", "clan"]

    /// Creates the buckets; ``register(in:)`` makes them known.
    public init(configuration: ConfigurationService, services: BucketServices, logger: Logger) {
        let registry = { @Sendable in configuration.registry }
        let logger = logger.named("c1c.sheets")
        let source = {
            @Sendable (spreadsheet: KnownSpreadsheet, tab: String, key: String) async throws -> CellBlock in
            let block = try await configuration.workbook.read(
                CellRange(tab: tab), of: try configuration.key(of: spreadsheet), .load)
            LoadNotes.warn(of: block, tab, namedBy: key, to: logger)
            return block
        }
        let tail = { @Sendable (spreadsheet: KnownSpreadsheet) -> String? in
            (try? configuration.key(of: spreadsheet)).map { configuration.workbook.tail(of: $0) }
        }
        templates = Bucket(
            .init(
                name: "templates", synonyms: ["welcome_templates", "welcome-templates"], ttl: { Self.week },
                interval: Self.week, count: { $0.rows.count },
                load: {
                    try TabRecords(
                        await source(
                            .recruitment, registry()[\.tabs.welcomeTemplates], "WELCOME_TEMPLATES_TAB")
                    ) { row, header in
                        Self.keyNames.contains { header.column($0).map { !row[$0].trimmed.isEmpty } ?? false }
                    }
                }), services: services)
        clanTags = Bucket(
            .init(
                name: "clan_tags", synonyms: ["tags"], ttl: { Self.week },
                freshness: { registry().clanTagsCacheTTL }, interval: Self.week, count: \.count,
                load: { ClanList.tags(in: try await source(.onboarding, registry()[\.tabs.clanList], "CLANLIST_TAB")) }),
            services: services)
        questions = Bucket(
            .init(
                name: "onboarding_questions", synonyms: ["questions", "onboarding"], ttl: { Self.week },
                interval: Self.week, count: { $0.rows.count },
                metadata: {
                    ["sheet": tail(.onboarding), "tab": registry()[\.tabs.onboarding]].compactMapValues { $0 }
                },
                load: {
                    _ = try configuration.key(of: .onboarding)
                    guard let tab = registry()[\.tabs.onboarding] else {
                        throw LoadFailure("missing config key: ONBOARDING_TAB")
                    }
                    logger.info(
                        "📦 Cache = bucket=onboarding_questions • sheet=\(tail(.onboarding) ?? "-") • tab=\(tab)"
                            + " • source=resolved")
                    return try TabRecords(await source(.onboarding, tab, "ONBOARDING_TAB"))
                }), services: services)
        reactionRoles = Bucket(
            .init(
                name: "reaction_roles", ttl: { registry().cacheTTL }, count: \.count,
                load: {
                    let tab = registry()[\.tabs.reactionRoles]
                    _ = try configuration.key(of: .milestones)
                    logger.info(
                        "📦 Cache = bucket=reaction_roles • sheet=milestones:\(tail(.milestones) ?? "-") • tab=\(tab)"
                            + " • source=resolved")
                    return try ReactionRole.roles(
                        in: await source(.milestones, tab, "REACTION_ROLES_TAB"), logger: logger)
                }), services: services)
        leagues = Bucket(
            .init(
                name: "leagues", ttl: { registry().configCacheTTL }, count: \.count,
                load: {
                    let tab = registry()[\.sheets.leaguesConfigTab]
                    return try LeagueSpecification.specifications(in: await source(.leagues, tab, "LEAGUES_CONFIG_TAB"))
                }), services: services)
    }

    /// Makes the buckets known.
    public func register(in directory: BucketDirectory) {
        directory.register(templates)
        directory.register(clanTags)
        directory.register(questions)
        directory.register(reactionRoles)
        directory.register(leagues)
    }
}
