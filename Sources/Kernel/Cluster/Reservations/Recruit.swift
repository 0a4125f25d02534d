/// Whoever a ticket is about, as far as known.
public struct Recruit: Sendable, Hashable {
    /// The user id; nil where nobody knows it.
    public var id: UInt64?
    /// The display name or the name in the ticket; blank where nobody knows it.
    public var name: String

    /// A recruit known by id, by name, or by both.
    public init(id: UInt64?, name: String = "") {
        self.id = id
        self.name = name
    }
}

/// Which hold belongs to whom. A name alone never leads to a row that carries somebody else's id, nor to any row with an
/// id. Source: placement chapter, section 17.2; welcome chapter, B18.
extension ReservationLedger {
    /// The holds of a recruit in whatever clan and thread: those with the recruit's id; only if there are none, those
    /// without any id that carry the name.
    public func holds(of recruit: Recruit) -> [Reservation] {
        if let id = recruit.id {
            let byID = holds.filter { $0.ticketUserID == id }
            if !byID.isEmpty { return byID }
        }
        return holds.filter { $0.isUserBlank && $0.isFor(name: recruit.name) }
    }

    /// The holds of a welcome ticket: all that were made in its thread and all that carry the recruit's id; only if there
    /// are none, those without any id that carry the name. All of them are settled when the ticket closes.
    public func holds(ofTicket threadID: UInt64, recruit: Recruit) -> [Reservation] {
        let matched = holds.filter { hold in
            hold.threadID == threadID || recruit.id.map { hold.ticketUserID == $0 } ?? false
        }
        return matched.isEmpty ? holds(of: recruit) : matched
    }

    /// The hold that stands in the way of a new one, the earliest to end: one recruit holds one seat. Holds in the same
    /// thread count too, unless they are certainly somebody else's. Source: placement chapter, section 5.3.
    public func holdBlocking(_ recruit: Recruit, inThread threadID: UInt64) -> Reservation? {
        let inThread = holds(inThread: threadID).filter { hold in
            hold.isUserBlank || recruit.id == nil || hold.ticketUserID == recruit.id
        }
        return Self.listed(inThread + holds(of: recruit)).first
    }

    /// The order in which people read holds: the earliest to end first, those without a date last, then by row.
    /// Source: placement chapter, section 3.4.
    public static func listed(_ holds: [Reservation]) -> [Reservation] {
        holds.sorted { left, right in
            switch (left.reservedUntil, right.reservedUntil) {
            case (let leftDay?, let rightDay?) where leftDay != rightDay: leftDay < rightDay
            case (.some, nil): true
            case (nil, .some): false
            default: left.sheetRow < right.sheetRow
            }
        }
    }
}
