public import JSON

/// A refusal in Discord's terms: HTTP status, error code, sentence, and for invalid forms the errors field by field.
///
/// Source: Discord, *Opcodes and Status Codes*, "JSON Error Codes".
public struct APIError: Error, Sendable, Hashable {
    /// The HTTP status.
    public var status: Int
    /// Discord's error code; 0 for plain HTTP errors.
    public var code: Int
    /// Discord's sentence.
    public var message: String
    /// Errors by field, for code 50035.
    public var errors: JSONValue?
    /// Seconds to wait, for status 429.
    public var retryAfter: Double?

    init(_ status: Int, _ code: Int, _ message: String, errors: JSONValue? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors
    }

    /// The response body.
    var body: JSONValue {
        var body = JSONObject()
        body["message"] = .string(message)
        body["code"] = .int(code)
        if let errors { body["errors"] = errors }
        if let retryAfter {
            body["retry_after"] = .number(retryAfter)
            body["global"] = false
        }
        return .object(body)
    }

    static let unauthorized = APIError(401, 0, "401: Unauthorized")
    static let notFound = APIError(404, 0, "404: Not Found")
    static let methodNotAllowed = APIError(405, 0, "405: Method Not Allowed")
    static let badRequest = APIError(400, 0, "400: Bad Request")
    static let invalidJSON = APIError(
        400, 50109, "The request body contains invalid JSON.")
    static let payloadTooLarge = APIError(413, 40005, "Request entity too large")

    static let unknownApplication = APIError(404, 10002, "Unknown Application")
    static let unknownChannel = APIError(404, 10003, "Unknown Channel")
    static let unknownGuild = APIError(404, 10004, "Unknown Guild")
    static let unknownMember = APIError(404, 10007, "Unknown Member")
    static let unknownMessage = APIError(404, 10008, "Unknown Message")
    static let unknownOverwrite = APIError(404, 10009, "Unknown Permission Overwrite")
    static let unknownRole = APIError(404, 10011, "Unknown Role")
    static let unknownUser = APIError(404, 10013, "Unknown User")
    static let unknownEmoji = APIError(400, 10014, "Unknown Emoji")
    static let unknownEmojiByID = APIError(404, 10014, "Unknown Emoji")
    static let unknownWebhook = APIError(404, 10015, "Unknown Webhook")
    static let unknownInteraction = APIError(404, 10062, "Unknown interaction")
    static let unknownCommand = APIError(404, 10063, "Unknown application command")
    static let botsOnly = APIError(403, 20002, "Only bots can use this endpoint")
    static let tooManyReactions = APIError(400, 30010, "Maximum number of reactions reached (20)")
    static let tooManyPins = APIError(400, 30003, "Maximum number of pins reached (50)")
    static let tooManyRoles = APIError(400, 30005, "Maximum number of guild roles reached (250)")
    static let tooManyChannels = APIError(400, 30013, "Maximum number of guild channels reached (500)")
    static let tooManyCommands = APIError(400, 30032, "Maximum number of application commands reached (100)")
    static let alreadyAcknowledged = APIError(400, 40060, "Interaction has already been acknowledged.")
    static let missingAccess = APIError(403, 50001, "Missing Access")
    static let cannotInDM = APIError(403, 50003, "Cannot execute action on a DM channel")
    static let cannotEditOthers = APIError(403, 50005, "Cannot edit a message authored by another user")
    static let emptyMessage = APIError(400, 50006, "Cannot send an empty message")
    static let cannotMessageUser = APIError(403, 50007, "Cannot send messages to this user")
    static let noTextChannel = APIError(400, 50008, "Cannot send messages in a non-text channel")
    static let missingPermissions = APIError(403, 50013, "Missing Permissions")
    static let invalidWebhookToken = APIError(401, 50027, "Invalid Webhook Token")
    static let bulkDeleteCount = APIError(
        400, 50016, "You can only bulk delete between 2 and 100 messages.")
    static let otherChannelPin = APIError(400, 50019, "A message can only be pinned in the channel it was sent in")
    static let systemMessage = APIError(400, 50021, "Cannot execute action on a system message")
    static let wrongChannelType = APIError(400, 50024, "Cannot execute action on this channel type")
    static let invalidRole = APIError(400, 50028, "Invalid Role")
    static let tooOldForBulkDelete = APIError(
        400, 50034, "You can only bulk delete messages that are under 14 days old.")
    static let threadArchived = APIError(400, 50083, "Tried to perform an operation on an archived thread")
    static let threadExists = APIError(400, 160004, "A thread has already been created for this message")
    static let threadLocked = APIError(403, 160005, "Thread is locked")
    static let reactionBlocked = APIError(400, 90001, "Reaction was blocked")

    /// 429 for one resource, which the headers did not announce.
    static func rateLimited(retryAfter: Double) -> APIError {
        var error = APIError(429, 0, "You are being rate limited.")
        error.retryAfter = retryAfter
        return error
    }

    /// 50035 with errors by field.
    static func invalidForm(_ errors: FieldErrors) -> APIError {
        APIError(400, 50035, "Invalid Form Body", errors: errors.tree)
    }

    /// 50035 for one field.
    static func invalid(_ path: [String], _ code: String, _ message: String) -> APIError {
        var errors = FieldErrors()
        errors.add(path, code, message)
        return invalidForm(errors)
    }
}

/// Collects the errors of a form by the path of the field.
///
/// Source: Discord, *API Reference*, "Error Messages".
struct FieldErrors: Sendable {
    private(set) var tree: JSONValue = .object(JSONObject())
    private(set) var isEmpty = true

    /// Notes an error at a path such as `["embeds", "0", "title"]`.
    mutating func add(_ path: [String], _ code: String, _ message: String) {
        isEmpty = false
        var leaf = JSONObject()
        leaf["code"] = .string(code)
        leaf["message"] = .string(message)
        tree = Self.inserting(.object(leaf), into: tree, at: path[...])
    }

    /// Throws everything noted, if anything was.
    func check() throws(APIError) {
        if !isEmpty { throw .invalidForm(self) }
    }

    private static func inserting(_ leaf: JSONValue, into node: JSONValue, at path: ArraySlice<String>) -> JSONValue {
        var object = node.object ?? JSONObject()
        // A field is refused as a whole or for what is in it: once something inside is wrong, the whole is not judged.
        let isJudgedInside = !object.keys.isEmpty && object["_errors"] == nil
        if path.isEmpty, isJudgedInside { return node }
        if let key = path.first {
            object["_errors"] = nil
            object[key] = inserting(leaf, into: object[key] ?? .object(JSONObject()), at: path.dropFirst())
        } else {
            object["_errors"] = .array((object["_errors"]?.list ?? []) + [leaf])
        }
        return .object(object)
    }

    // MARK: The checks that forms repeat

    /// Checks a text's length in UTF-16 units, the strictest way to count it.
    mutating func length(_ text: String, in range: ClosedRange<Int>, at path: [String]) {
        let count = text.utf16.count
        guard !range.contains(count) else { return }
        if count == 0 {
            add(path, "BASE_TYPE_REQUIRED", "This field is required")
        } else if range.lowerBound == 0 || count > range.upperBound && range.lowerBound <= 1 {
            add(path, "BASE_TYPE_MAX_LENGTH", "Must be \(range.upperBound) or fewer in length.")
        } else {
            add(
                path, "BASE_TYPE_BAD_LENGTH",
                "Must be between \(range.lowerBound) and \(range.upperBound) in length.")
        }
    }

    /// Reads an optional text; null and absence are nil, another type is an error.
    mutating func text(_ value: JSONValue?, upTo limit: Int, at path: [String]) -> String? {
        guard let value, !value.isNull else { return nil }
        guard let text = value.string else {
            add(path, "STRING_TYPE_CONVERT", "Could not interpret \"\(value.text)\" as string.")
            return nil
        }
        length(text, in: 0...limit, at: path)
        return text
    }

    /// Reads a required text.
    mutating func requiredText(_ value: JSONValue?, _ range: ClosedRange<Int>, at path: [String]) -> String {
        guard let value, !value.isNull else {
            add(path, "BASE_TYPE_REQUIRED", "This field is required")
            return ""
        }
        guard let text = value.string else {
            add(path, "STRING_TYPE_CONVERT", "Could not interpret \"\(value.text)\" as string.")
            return ""
        }
        length(text, in: range, at: path)
        return text
    }

    /// Reads an optional whole number within bounds.
    mutating func number(_ value: JSONValue?, in range: ClosedRange<Int>, at path: [String]) -> Int? {
        guard let value, !value.isNull else { return nil }
        guard let number = value.int ?? value.string.flatMap(Int.init) else {
            add(path, "NUMBER_TYPE_COERCE", "Value \"\(value.text)\" is not int.")
            return nil
        }
        if number < range.lowerBound {
            add(path, "NUMBER_TYPE_MIN", "int value should be greater than or equal to \(range.lowerBound).")
        } else if number > range.upperBound {
            add(path, "NUMBER_TYPE_MAX", "int value should be less than or equal to \(range.upperBound).")
        }
        return number
    }

    /// Reads an optional boolean.
    mutating func flag(_ value: JSONValue?, at path: [String]) -> Bool? {
        guard let value, !value.isNull else { return nil }
        guard let flag = value.bool else {
            add(path, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
            return nil
        }
        return flag
    }

    /// Reads an optional snowflake, written as text or as a number.
    mutating func snowflake(_ value: JSONValue?, at path: [String]) -> WorldID? {
        guard let value, !value.isNull else { return nil }
        guard let id = value.snowflake else {
            add(path, "NUMBER_TYPE_COERCE", "Value \"\(value.text)\" is not snowflake.")
            return nil
        }
        return id
    }

    /// Reads a list; null and absence are nil.
    mutating func array(_ value: JSONValue?, atMost limit: Int, at path: [String]) -> [JSONValue]? {
        guard let value, !value.isNull else { return nil }
        list(value, at: path)
        guard let list = value.list else { return nil }
        if list.count > limit { add(path, "BASE_TYPE_MAX_LENGTH", "Must be \(limit) or fewer in length.") }
        return list
    }

    /// Checks that a value is a list.
    mutating func list(_ value: JSONValue, at path: [String]) {
        if value.list == nil { add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType") }
    }

    /// Checks that a value is an object.
    mutating func model(_ value: JSONValue, at path: [String]) {
        if value.object == nil { add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType") }
    }

    /// Checks that an address has a scheme that Discord accepts.
    mutating func url(_ text: String?, schemes: [String] = ["http", "https"], at path: [String]) {
        guard let text else { return }
        guard let colon = text.firstRange(of: "://"), colon.lowerBound > text.startIndex,
            colon.upperBound < text.endIndex,
            !text.contains(where: \.isWhitespace)
        else { return add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.") }
        let scheme = text[..<colon.lowerBound].lowercased()
        if !schemes.contains(scheme) {
            let known = schemes.map { "'\($0)'" }.joined(separator: ", ")
            add(
                path, "URL_TYPE_INVALID_SCHEME",
                "Scheme \"\(scheme)\" is not supported. Scheme must be one of (\(known)).")
        }
    }
}
