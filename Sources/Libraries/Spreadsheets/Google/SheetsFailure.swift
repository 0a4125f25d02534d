import FoundationEssentials
import HTTPClient

/// What went wrong in one exchange with Google, and what may be done about it.
struct SheetsFailure: Error, Sendable {
    /// What the caller will hear, unless a repetition helps.
    let error: WorkbookError
    /// Whether the request may have taken effect all the same.
    let mayBeApplied: Bool
    /// What Google says about it, for the log: people never read it, as it may quote anything.
    var explanation: String?
    /// Whether the token was refused.
    var isUnauthorised = false

    /// The pause that the service asks for.
    var retryAfter: Duration? {
        if case .quota(_, let pause) = error { pause } else { pauseAfterTrouble }
    }

    private var pauseAfterTrouble: Duration?

    /// A failure before anything was sent.
    init(notSent error: WorkbookError) {
        self.error = error
        mayBeApplied = false
    }

    /// No response came.
    init(_ error: HTTPError) {
        mayBeApplied = error.mayHaveBeenSent
        self.error =
            switch error {
            case .cancelled, .stopped: .cancelled
            case .invalidRequest, .forbiddenAddress: .configuration("\(error)")
            case .responseTooLarge: .data("\(error)")
            case .timedOut, .connectionFailed, .connectionLost, .tls: .transient("\(error)")
            }
    }

    /// A response came that is not a success. `subject` names the spreadsheet for people, by its tail.
    init(_ response: HTTPResponse, subject: String) {
        let told = (try? JSONDecoder().decode(Envelope.self, from: Data(response.body)))?.error
        let pause = RetryAfter.seconds(response.headers["Retry-After"])
        let text = "\(subject): status \(response.status)\(told?.status.map { " \(Self.word($0))" } ?? "")"
        switch response.status {
        case 400 where told?.message?.hasPrefix("Unable to parse range") == true:
            error = SheetsAPI.unknownRange
            mayBeApplied = false
        case 401:
            error = .configuration("credentials refused: status 401")
            mayBeApplied = false
            isUnauthorised = true
        case 403:
            error = .sharing("\(text), not shared with the service account")
            mayBeApplied = false
        case 404:
            error = .notFound(text)
            mayBeApplied = false
        case 429:
            error = .quota(text, retryAfter: pause)
            mayBeApplied = false
        case 408, 500, 502, 503, 504:
            error = .transient(text)
            mayBeApplied = true
            pauseAfterTrouble = pause
        default:
            error = .data(text)
            // Long enough for whoever masks secrets in it to see them whole.
            explanation = told?.message.map { String($0.prefix(4000)) }
            mayBeApplied = response.status >= 500
        }
    }

    /// A response to an export that is no document; nil if it is one.
    init?(export response: HTTPResponse) {
        mayBeApplied = false
        let isPage = response.headers["Content-Type"]?.hasPrefix("text/html") == true
        switch response.status {
        // A sign-in page comes with status 200 or as a redirect.
        case 200 where isPage, 300..<400:
            error = .sharing("auth_failure:sign-in page")
        case 200 where response.body.isEmpty:
            error = .data("empty_pdf_response")
        case 200:
            guard !response.body.starts(with: "%PDF".utf8) else { return nil }
            error = .data("not_a_pdf")
        case 401:
            error = .configuration("auth_failure:status 401")
            isUnauthorised = true
        case 403:
            error = .sharing("auth_failure:status 403")
        case 429:
            error = .quota(
                "pdf_export_status_429", retryAfter: RetryAfter.seconds(response.headers["Retry-After"]))
        case 408, 500, 502, 503, 504:
            error = .transient("pdf_export_status_\(response.status)")
        default:
            error = .data("pdf_export_status_\(response.status)")
        }
    }

    /// A code of Google's, such as `INVALID_ARGUMENT`, without anything that such codes do not hold.
    private static func word(_ text: String) -> String {
        String(text.filter { $0.isASCII && ($0.isLetter || $0 == "_") }.prefix(40))
    }

    /// How Google's APIs report errors (https://cloud.google.com/apis/design/errors#http_mapping).
    private struct Envelope: Decodable {
        struct Body: Decodable {
            let status: String?
            let message: String?
        }

        let error: Body
    }
}
