public import Cluster
public import Service

/// How the seat columns are kept, for `!ops digest`. Source: coreops chapter, section 7.2; placement chapter, section 17.4.
public struct SeatUpkeep: Sendable, Hashable {
    /// The last time that seats of a clan were computed.
    public struct Recompute: Sendable, Hashable {
        /// When.
        public var at: Timestamp
        /// Whether the sheet took the numbers.
        public var isOK: Bool
    }

    /// The last time that numbers were put right which nothing had announced.
    public struct Repair: Sendable, Hashable {
        /// When.
        public var at: Timestamp
        /// The clans, in the order of the sheet.
        public var tags: [ClanTag]
    }

    /// Clans whose numbers could not be written and will be tried again.
    public var pending = 0
    /// How often a computation was tried again since the start.
    public var retries = 0
    /// The last computation.
    public var last: Recompute?
    /// How many clans were put right since the start.
    public var repairs = 0
    /// The last repair.
    public var lastRepair: Repair?

    /// Nothing happened yet.
    public init() {}
}
