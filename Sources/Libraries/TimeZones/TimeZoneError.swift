/// Why a time zone cannot be had.
public enum TimeZoneError: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is no file of that name, or the name is none.
    case unknown(String)
    /// The file exists and cannot be read.
    case unreadable(String)
    /// The file is not what RFC 9636 describes; the text says where.
    case malformed(String)

    /// The reason, one line.
    public var description: String {
        switch self {
        case .unknown(let name): "unknown time zone '\(name)'"
        case .unreadable(let reason): "time zone unreadable: \(reason)"
        case .malformed(let reason): "time zone malformed: \(reason)"
        }
    }
}
