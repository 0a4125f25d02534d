import Cluster
import Discord

/// What a member's list of results shows. Source: recruitment chapter, section 7.4.
struct MemberResults: Codable, Sendable, Hashable {
    /// Which card of each clan is shown.
    enum Mode: String, Codable, Sendable, CaseIterable {
        case lite, entry, profile
    }

    /// A button of the list.
    enum Control: Sendable, Hashable {
        case mode(Mode)
        case previous, next, close

        /// All in their order.
        static let all = Mode.allCases.map(Control.mode) + [.previous, .next, .close]

        /// The name in the custom id.
        var name: String {
            switch self {
            case .mode(let mode): "ms_\(mode.rawValue)"
            case .previous: "ms_prev"
            case .next: "ms_next"
            case .close: "ms_close"
            }
        }

        /// The button with a name.
        static func named(_ name: String) -> Control? { all.first { $0.name == name } }
    }

    /// What was found.
    var hits: SearchHits
    /// The cards.
    var mode = Mode.lite
    /// The page, from 0.
    var page = 0

    /// The list after a button was pressed.
    /// - Parameter pageCount: how many pages it has in its present mode.
    func after(_ control: Control, pageCount: Int) -> MemberResults {
        var results = self
        switch control {
        case .mode(let mode): (results.mode, results.page) = (mode, 0)
        case .previous: results.page = page - 1
        case .next: results.page = page + 1
        case .close: break
        }
        if case .mode = control { return results }
        results.page = max(0, min(results.page, pageCount - 1))
        return results
    }

    /// The filter in words with a note where more fitted than are shown.
    var filterText: String {
        hits.filter.summary(note: hits.isCapped ? "first \(hits.tags.count) of \(hits.total)" : nil)
    }
}
