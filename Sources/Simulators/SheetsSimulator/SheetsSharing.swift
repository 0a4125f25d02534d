import Synchronization

/// Which spreadsheets there are, and what the service account may do with each.
public final class SheetsSharing: Sendable {
    /// What an account may do.
    public enum Access: Sendable, Hashable {
        /// Read and write.
        case editor
        /// Only read.
        case viewer
        /// Nothing: the spreadsheet is not shared.
        case none
    }

    private struct Spreadsheet {
        let folder: String
        var access = Access.editor
    }

    private let spreadsheets: Mutex<[String: Spreadsheet]>

    init(spreadsheets: [String: String]) {
        self.spreadsheets = Mutex(spreadsheets.mapValues { Spreadsheet(folder: $0) })
    }

    /// Shares a spreadsheet in another way.
    public func share(_ id: String, as access: Access) {
        spreadsheets.withLock { $0[id]?.access = access }
    }

    /// The folder of a spreadsheet.
    ///
    /// - Throws: 404 if there is none of that id, 403 if it is not shared so far.
    func folder(of id: String, writing: Bool) throws(SheetsError) -> String {
        guard let spreadsheet = spreadsheets.withLock({ $0[id] }) else { throw .notFound }
        switch spreadsheet.access {
        case .editor: return spreadsheet.folder
        case .viewer where !writing: return spreadsheet.folder
        case .viewer, .none: throw .forbidden
        }
    }
}
