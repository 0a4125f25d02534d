import Synchronization

/// What can go wrong with a request to Google.
public enum SheetsFault: Sendable, Hashable {
    /// This status with Google's wording; `retryAfter` becomes the header, in seconds. Nothing is applied.
    case status(Int, retryAfter: Int? = nil)
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
        var remaining: Int
        let fault: SheetsFault
    }

    private let rules = Mutex<[Rule]>([])

    init() {}

    /// Lets the next `times` requests of an operation fail, named as in Google's reference: `values.batchGet`,
    /// `values.append`, `spreadsheets.get`, `export`, `token`; nil fits all. Rules are used up in the order in which they
    /// were made.
    public func fail(_ operation: String? = nil, times: Int = 1, with fault: SheetsFault) {
        rules.withLock { $0.append(Rule(operation: operation, remaining: times, fault: fault)) }
    }

    /// Forgets all rules.
    public func clear() { rules.withLock { $0 = [] } }

    /// Takes the fault for a request, if there is one.
    func take(_ operation: String) -> SheetsFault? {
        rules.withLock { rules in
            rules.removeAll { $0.remaining <= 0 }
            guard let index = rules.firstIndex(where: { ($0.operation ?? operation) == operation }) else { return nil }
            rules[index].remaining -= 1
            return rules[index].fault
        }
    }
}
