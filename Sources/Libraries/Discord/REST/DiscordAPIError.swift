import HTTPClient
import JSON

/// A refusal by Discord's API. Source: Discord documentation, Reference, "Error Messages", and Topics, "Opcodes and
/// Status Codes", "JSON Error Codes".
public struct DiscordAPIError: Error, Sendable, Hashable {
    /// Discord's number of an error. Unknown ones keep their number.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// The number; zero if the answer carries none.
        public var rawValue: Int

        /// Takes any number.
        public init(rawValue: Int) {
            self.rawValue = rawValue
        }

        /// Nothing more is known.
        public static let general = Code(rawValue: 0)
        /// No such channel, or not one the bot may know of.
        public static let unknownChannel = Code(rawValue: 10003)
        /// No such guild.
        public static let unknownGuild = Code(rawValue: 10004)
        /// No such member.
        public static let unknownMember = Code(rawValue: 10007)
        /// No such message.
        public static let unknownMessage = Code(rawValue: 10008)
        /// No such role.
        public static let unknownRole = Code(rawValue: 10011)
        /// No such user.
        public static let unknownUser = Code(rawValue: 10013)
        /// No such emoji, or one the bot may not use.
        public static let unknownEmoji = Code(rawValue: 10014)
        /// No such webhook, or the interaction's token has run out.
        public static let unknownWebhook = Code(rawValue: 10015)
        /// The interaction was not answered in time, or its answer is unknown.
        public static let unknownInteraction = Code(rawValue: 10062)
        /// The request is longer than Discord takes.
        public static let requestTooLarge = Code(rawValue: 40005)
        /// The interaction has its initial response already.
        public static let alreadyAcknowledged = Code(rawValue: 40060)
        /// The bot cannot see the place.
        public static let missingAccess = Code(rawValue: 50001)
        /// Only the author may change a message.
        public static let notTheAuthor = Code(rawValue: 50005)
        /// A message with neither text, embed, component nor file.
        public static let emptyMessage = Code(rawValue: 50006)
        /// The person takes no direct messages.
        public static let cannotMessageUser = Code(rawValue: 50007)
        /// The bot lacks a permission.
        public static let missingPermissions = Code(rawValue: 50013)
        /// The interaction's token is not valid, or no longer.
        public static let invalidToken = Code(rawValue: 50027)
        /// Bulk deletion takes no messages older than two weeks.
        public static let messageTooOld = Code(rawValue: 50034)
        /// Fields break rules; see ``DiscordAPIError/fieldErrors``.
        public static let invalidForm = Code(rawValue: 50035)
        /// The thread is archived.
        public static let threadArchived = Code(rawValue: 50083)
        /// The message has a thread already.
        public static let threadExists = Code(rawValue: 160004)
        /// The thread is locked.
        public static let threadLocked = Code(rawValue: 160005)
        /// A channel holds 50 pins at most.
        public static let maximumPins = Code(rawValue: 30003)
        /// A message takes 20 different reactions.
        public static let maximumReactions = Code(rawValue: 30010)
    }

    /// What is wrong with one field of the request.
    public struct FieldError: Sendable, Hashable {
        /// Where: `embeds[0].fields[2].name`; empty for the request as a whole.
        public var path: String
        /// Discord's word for the rule, as in `BASE_TYPE_MAX_LENGTH`.
        public var code: String
        /// The rule in words.
        public var message: String

        /// Creates one.
        public init(path: String, code: String, message: String) {
            self.path = path
            self.code = code
            self.message = message
        }
    }

    /// The HTTP status, 400 or more.
    public var status: Int
    /// Discord's number.
    public var code: Code
    /// Discord's sentence; the beginning of the body if it was no JSON.
    public var message: String
    /// What is wrong with which field, in the order of the answer.
    public var fieldErrors: [FieldError]

    /// Creates an error.
    public init(status: Int, code: Code, message: String, fieldErrors: [FieldError] = []) {
        self.status = status
        self.code = code
        self.message = message
        self.fieldErrors = fieldErrors
    }

    /// Reads an answer.
    init(_ response: HTTPResponse) {
        status = response.status
        code = .general
        fieldErrors = []
        guard let body = (try? JSONDocument(parsing: response.body))?.root, body.kind == .object else {
            message = String(decoding: response.body.prefix(200), as: UTF8.self)
            return
        }
        code = Code(rawValue: body["code"]?.int ?? 0)
        message = body["message"]?.string ?? ""
        if let errors = body["errors"] { collect(errors, at: "") }
    }

    /// Errors are nested like the fields of the request, with positions as keys and lists under `_errors`.
    private mutating func collect(_ json: JSONView, at path: String) {
        for (key, value) in json.members {
            if key == "_errors" {
                for error in value.elements {
                    fieldErrors.append(
                        FieldError(
                            path: path, code: error["code"]?.string ?? "", message: error["message"]?.string ?? ""))
                }
            } else if Int(key) != nil {
                collect(value, at: "\(path)[\(key)]")
            } else {
                collect(value, at: path.isEmpty ? key : "\(path).\(key)")
            }
        }
    }
}

extension DiscordAPIError: CustomStringConvertible {
    /// One line for a log.
    public var description: String {
        let fields = fieldErrors.prefix(5).map { "; \($0.path): \($0.message)" }.joined()
        return "\(status), code \(code.rawValue): \(message)\(fields)"
    }
}
