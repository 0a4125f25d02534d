/// Why a record could not be read or written.
public enum JournalError: Error, Sendable, Equatable {
    /// Another process still holds the folder after the time that was granted to it.
    case locked(path: String, holder: String)
    /// The folder or a file in it cannot be created or written.
    case unwritable(path: String, reason: String)
    /// The disk has no room. Reads go on; the same write may succeed later.
    case diskFull
    /// The file is damaged. The next call opens it anew, which sets it aside if it is past reading.
    case corrupt(String)
    /// A record says something that this program does not know.
    case unreadableRecord(String)
    /// The file was written by a newer program.
    case newerSchema(found: Int, supported: Int)
    /// The journal has been closed.
    case closed
    /// Anything else that SQLite reported, with its extended result code.
    case storage(code: Int, message: String)
}

extension JournalError: CustomStringConvertible {
    /// One sentence for an operator.
    public var description: String {
        switch self {
        case .locked(let path, let holder): "\(path) is in use by \(holder)"
        case .unwritable(let path, let reason): "cannot write \(path): \(reason)"
        case .diskFull: "the disk of the journal is full"
        case .corrupt(let message): "the journal is damaged: \(message)"
        case .unreadableRecord(let record): "a record of the journal cannot be read: \(record)"
        case .newerSchema(let found, let supported):
            "the journal has version \(found), this program understands up to \(supported)"
        case .closed: "the journal is closed"
        case .storage(let code, let message): "journal: \(message) (SQLite \(code))"
        }
    }
}
