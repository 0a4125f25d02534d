import JSON
import WebServer

/// An error as Google's APIs word them (https://cloud.google.com/apis/design/errors#http_mapping).
struct SheetsError: Error, Sendable, Hashable {
    let status: Int
    let word: String
    let message: String

    static func invalid(_ message: String) -> SheetsError {
        SheetsError(status: 400, word: "INVALID_ARGUMENT", message: message)
    }

    static func unknownRange(_ text: String) -> SheetsError { .invalid("Unable to parse range: \(text)") }

    static let unauthenticated = SheetsError(
        status: 401, word: "UNAUTHENTICATED", message: "Request had invalid authentication credentials.")
    static let forbidden = SheetsError(
        status: 403, word: "PERMISSION_DENIED", message: "The caller does not have permission")
    static let notFound = SheetsError(
        status: 404, word: "NOT_FOUND", message: "Requested entity was not found.")
    static let unavailable = SheetsError(
        status: 503, word: "UNAVAILABLE", message: "The service is currently unavailable.")

    static func exhausted(_ kind: String) -> SheetsError {
        SheetsError(
            status: 429, word: "RESOURCE_EXHAUSTED",
            message:
                "Quota exceeded for quota metric '\(kind) requests' and limit '\(kind) requests per minute per user'")
    }

    /// The body that carries it.
    var body: JSONValue {
        ["error": ["code": .integer(Int64(status)), "message": .string(message), "status": .string(word)]]
    }
}
