public import Cluster
public import Spreadsheets

/// Why the seat book did not do what it was asked for. Nothing was changed then, unless a case says otherwise.
public enum SeatFailure: Error, Sendable, CustomStringConvertible {
    /// The ledger or the roster cannot be read.
    case unreadable(WorkbookError)
    /// The ledger's first row is not the nine headers.
    case ledgerHeader
    /// No row of the roster has that tag.
    case unknownClan(ClanTag)
    /// The hold is not there any more, or no longer active: people moved, removed or ended it.
    case gone
    /// The ledger's rules forbid it.
    case refused(ReservationRefusal)
    /// The sheet did not take it; of ``WriteFailure/unsettled`` nobody knows yet, and it will be completed.
    case notWritten(WriteFailure)

    /// One line for logs.
    public var description: String {
        switch self {
        case .unreadable(let error): "\(error)"
        case .ledgerHeader: "reservations header mismatch"
        case .unknownClan(let tag): "Unknown clan tag: \(tag)"
        case .gone: "row moved"
        case .refused(let refusal): "\(refusal)"
        case .notWritten(let failure): "\(failure)"
        }
    }

    /// One sentence for the person who waits.
    public var sentence: String {
        switch self {
        case .unreadable:
            "The reservation sheets cannot be read right now. Nothing was changed; please try again in a minute."
        case .ledgerHeader:
            "The ledger header of the reservations tab is not as expected, so nothing was changed. Please tell an admin."
        case .unknownClan(let tag): "No clan with the tag `\(tag)` is in the roster. Please check the tag and retry."
        case .gone: "That reservation was changed in the ledger in the meantime, so nothing was changed. Please retry."
        case .refused: "That reservation cannot be changed any more."
        case .notWritten(let failure): failure.sentence
        }
    }
}

/// What became of a wish to hold a seat.
public enum SavedReservation: Sendable, Hashable {
    /// The ledger holds it, in this row.
    case saved(row: Int?)
    /// It is recorded and will appear by itself; the sheet did not answer.
    case recorded
    /// Something stands in the way; nothing was changed.
    case blocked(ReservationLedger.Obstacle)
}

/// What became of the change of a hold.
public enum ChangedReservation: Sendable, Hashable {
    /// The ledger holds it; the reservation as it stands now.
    case saved(Reservation)
    /// It is recorded and will appear by itself; the sheet did not answer. The reservation as it will stand.
    case recorded(Reservation)

    /// The reservation after the change.
    public var reservation: Reservation {
        switch self {
        case .saved(let reservation), .recorded(let reservation): reservation
        }
    }

    /// Whether the sheet did not answer.
    public var isRecorded: Bool { if case .recorded = self { true } else { false } }
}
