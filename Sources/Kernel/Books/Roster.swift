public import Cluster
public import Configuration
public import Service
import Spreadsheets

/// The clans as the recruitment spreadsheet lists them, behind the bucket `clans`.
///
/// Readers get the cached rows at once, also while Sheets is down; an old value starts one reload in the background.
/// Source: recruitment chapter, section 2.4; sheets chapter, section 8.
public struct Roster: Sendable {
    /// The bucket that holds the clans.
    public let bucket: Bucket<ClanDirectory>

    private static let lifetime = Duration.seconds(3 * 3600)

    /// Creates the roster and its bucket; the caller registers the bucket.
    /// - Parameters:
    ///   - outbox: knows which seats are recorded and not written yet; they are laid over what a load reads.
    ///   - onLoad: called when a load begins; returns at once. What it reads in the background may travel along.
    public init(
        configuration: ConfigurationService, outbox: Outbox, services: BucketServices, logger: Logger,
        onLoad: @escaping @Sendable () -> Void = {}
    ) {
        let reading = RosterReading(logger: logger.named("c1c.recruitment"))
        let table = SeatTables.roster(configuration)
        bucket = Bucket(
            Bucket<ClanDirectory>.Plan(
                name: "clans", synonyms: ["clansinfo", "clan_info", "bot_info"], ttl: { Self.lifetime },
                freshness: { configuration.registry.cacheTTL },
                interval: Self.lifetime, count: { $0.clans.count },
                load: {
                    onLoad()
                    let (block, entries) = try await outbox.roster(table, configuration, .load)
                    return try reading.clans(in: block, entries)
                }), services: services)
    }

    /// All listed clans.
    /// - Throws: `BucketUnavailable` while nothing was ever read, after at most five seconds.
    public func clans() async throws(BucketUnavailable) -> ClanDirectory {
        try await bucket.read()
    }

    /// What people choose a clan by: its tag, with its name beside it.
    /// - Throws: as ``clans()``.
    public func tags() async throws(BucketUnavailable) -> [(tag: String, label: String)] {
        try await clans().clans.map { ($0.tag.text, "\($0.tag.text) · \($0[.name])") }
    }
}
