import Discord
import Service

/// What caused a report.
struct ReportCause: Sendable {
    /// How the log line names who or what caused it.
    enum Actor: String, Sendable {
        case scheduled, manual
    }

    var actor: Actor
    /// The root of the nonces of its messages: a repetition of the same cause posts nothing twice.
    var key: String
    /// The day that it is about, `YYYY-MM-DD` in UTC.
    var date: String
    /// Who asked for it; nil for the schedule.
    var user: String?
    /// Where it was asked for; nil for the schedule.
    var guild: GuildID?
}

/// How a step of a report ended. Source: recruitment chapter, sections 9.4 and 10.
public enum ReportResult: Sendable, Hashable {
    /// It did what it should.
    case ok
    /// It was done for this day before, and nothing happened.
    case repeated
    /// It failed, for a reason of a few words.
    case failed(String)

    /// Why it failed.
    var failure: String? {
        if case .failed(let reason) = self { return reason }
        return nil
    }

    /// What a reply says: `ok`, or `fail` with the reason.
    var summary: String { failure.map { "fail (\($0))" } ?? "ok" }
}

/// A failure in the words of reports: `Forbidden: Missing Access (403/50001)`.
enum ReportFailure {
    /// The kind of an error.
    static func kind(of error: any Error) -> String {
        guard let error = error as? RESTError else { return "\(type(of: error))" }
        return switch error {
        case .api(let error):
            switch error.status {
            case 403: "Forbidden"
            case 404: "NotFound"
            case 500...: "DiscordServerError"
            default: "HTTPException"
            }
        case .rateLimited: "RateLimited"
        case .transport: "ConnectionError"
        case .invalidPayload, .undecodable: "HTTPException"
        case .cancelled: "Cancelled"
        }
    }

    /// The kind of an error and what it says.
    static func text(of error: any Error) -> String {
        let text: String
        if let api = (error as? RESTError)?.api {
            text = "\(api.message) (\(api.status)/\(api.code.rawValue))"
        } else {
            text = "\(error)"
        }
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return "\(kind(of: error)): \(line)".truncated(toUTF16: longest)
    }

    /// Longer texts are no reasons.
    private static let longest = 300
}

extension Timestamp {
    /// The day of a point of calendar time, `YYYY-MM-DD` in UTC.
    var dayText: String { String(iso8601.prefix(10)) }
}
