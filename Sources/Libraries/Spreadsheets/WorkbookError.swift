/// Why a call to a workbook failed. The text inside is for logs; it names no secrets and no full spreadsheet ids.
public enum WorkbookError: Error, Sendable, Hashable {
    /// There is no such spreadsheet: its id or its folder is missing.
    case spreadsheetNotSet(String)
    /// A setting is missing or wrong, credentials for instance.
    case configuration(String)
    /// The spreadsheet exists but is not shared with this program.
    case sharing(String)
    /// No such spreadsheet, tab or row.
    case notFound(String)
    /// The layout is not what the caller relies on.
    case schema(String)
    /// Too many calls; the service may have said when to come back.
    case quota(String, retryAfter: Duration?)
    /// The network, the disk or the service failed, or time ran out; nothing was applied.
    case transient(String)
    /// A row is gone or no longer the one that was meant.
    case conflict(String)
    /// Content that cannot be read, or must not be written.
    case data(String)
    /// The caller gave up.
    case cancelled
    /// The call failed after it was sent: it may have been applied, or not, or in part.
    case ambiguous(String)
    /// This kind of workbook has no image exports.
    case exportUnsupported
}

extension WorkbookError {
    /// Whether the same call may succeed a little later.
    public var isRetryable: Bool {
        switch self {
        case .quota, .transient: true
        default: false
        }
    }

    /// The class of the error, one word, for metrics.
    public var kind: String {
        switch self {
        case .spreadsheetNotSet, .configuration: "configuration"
        case .sharing: "sharing"
        case .notFound: "not_found"
        case .schema: "schema"
        case .quota: "quota"
        case .transient: "transient"
        case .conflict: "conflict"
        case .data: "data"
        case .cancelled: "cancelled"
        case .ambiguous: "ambiguous"
        case .exportUnsupported: "export_unsupported"
        }
    }
}

extension WorkbookError: CustomStringConvertible {
    /// The reason, one line.
    public var description: String {
        switch self {
        case .spreadsheetNotSet(let reason), .configuration(let reason), .sharing(let reason), .notFound(let reason),
            .schema(let reason),
            .quota(let reason, _), .transient(let reason), .conflict(let reason), .data(let reason),
            .ambiguous(let reason):
            reason
        case .cancelled: "cancelled"
        case .exportUnsupported: "export_unsupported"
        }
    }
}
