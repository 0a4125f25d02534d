import JSON
import Spreadsheets
import Synchronization

/// What can go wrong with a request to Google.
public enum SheetsFault: Sendable, Hashable {
    /// This status with Google's wording; `retryAfter` becomes the header, in seconds. Nothing is applied.
    case status(Int, retryAfter: Int? = nil)
    /// This status with other words than Google's usual ones. Nothing is applied.
    case refusal(Int, saying: String)
    /// The request is applied, then answered with this status.
    case appliedThenStatus(Int)
    /// An answer that takes this much transport time; the request is applied when the time is over.
    case slow(Duration)
    /// The connection is lost before the request is applied.
    case lostBeforeApplying
    /// The request is applied, the connection is lost before any answer.
    case lostAfterApplying
    /// The request is applied, its answer breaks off in the middle of the body.
    case resetInBody
}

/// Makes requests fail on purpose.
public final class SheetsFaults: Sendable {
    private struct Rule {
        let operation: String?
        let tab: String?
        var remaining: Int
        let fault: SheetsFault

        func fits(_ request: SheetsRequest) -> Bool {
            (operation ?? request.operation) == request.operation && (tab.map(request.names) ?? true)
        }
    }

    private let rules = Mutex<[Rule]>([])

    init() {}

    /// Lets the next `times` requests of an operation fail, named as in Google's reference: `values.batchGet`,
    /// `values.append`, `spreadsheets.get`, `export`, `token`; nil fits all. Rules are used up in the order in which they
    /// were made.
    /// - Parameter tab: only requests fail that name a range of this tab in their query.
    public func fail(_ operation: String? = nil, on tab: String? = nil, times: Int = 1, with fault: SheetsFault) {
        rules.withLock { $0.append(Rule(operation: operation, tab: tab, remaining: times, fault: fault)) }
    }

    /// Forgets all rules.
    public func clear() { rules.withLock { $0 = [] } }

    /// Takes the fault for a request, if there is one.
    func take(_ request: SheetsRequest) -> SheetsFault? {
        rules.withLock { rules in
            rules.removeAll { $0.remaining <= 0 }
            guard let index = rules.firstIndex(where: { $0.fits(request) }) else { return nil }
            rules[index].remaining -= 1
            return rules[index].fault
        }
    }
}

extension SheetsRequest {
    /// Whether the query names a range of a tab.
    fileprivate func names(_ tab: String) -> Bool {
        query.contains { pair in
            guard case .array(let pair) = pair, let value = pair.last?.string else { return false }
            return CellRange(a1: value)?.tab == tab
        }
    }
}
