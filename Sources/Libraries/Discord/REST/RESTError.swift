public import HTTPClient

/// Why a call of the API failed.
public enum RESTError: Error, Sendable, Hashable {
    /// Discord refused it.
    case api(DiscordAPIError)
    /// It breaks a documented limit and was not sent.
    case invalidPayload(LimitViolation)
    /// A limit keeps it waiting beyond its deadline. It was not applied; there is room after the given time.
    case rateLimited(retryAfter: Duration)
    /// No response came.
    case transport(HTTPError)
    /// The response is not as documented.
    case undecodable(String)
    /// The task was cancelled.
    case cancelled

    /// What Discord said; nil if it said nothing.
    public var api: DiscordAPIError? {
        if case .api(let error) = self { return error }
        return nil
    }

    /// Whether it is not known if the call was applied: a repetition may do it twice.
    public var mayHaveBeenApplied: Bool {
        switch self {
        case .api(let error): error.status >= 500
        case .transport(let error): error.mayHaveBeenSent
        case .undecodable, .cancelled: true
        case .invalidPayload, .rateLimited: false
        }
    }

    /// Whether the same call may succeed later.
    public var isTransient: Bool {
        switch self {
        case .api(let error): error.status >= 500
        case .rateLimited: true
        case .transport(let error):
            switch error {
            case .timedOut, .connectionFailed, .connectionLost: true
            case .invalidRequest, .cancelled, .tls, .responseTooLarge, .forbiddenAddress, .stopped: false
            }
        case .invalidPayload, .undecodable, .cancelled: false
        }
    }

    /// The message does not exist.
    public var isUnknownMessage: Bool { has(.unknownMessage) }
    /// The channel does not exist, or the bot may not know of it.
    public var isUnknownChannel: Bool { has(.unknownChannel) }
    /// The person is no member.
    public var isUnknownMember: Bool { has(.unknownMember) }
    /// The person does not exist.
    public var isUnknownUser: Bool { has(.unknownUser) }
    /// The role does not exist.
    public var isUnknownRole: Bool { has(.unknownRole) }
    /// The interaction was not answered in time.
    public var isUnknownInteraction: Bool { has(.unknownInteraction) }
    /// The interaction has its initial response already.
    public var isAlreadyAcknowledged: Bool { has(.alreadyAcknowledged) }
    /// The interaction's token is no longer good for answers.
    public var isExpiredToken: Bool { has(.invalidToken) || has(.unknownWebhook) }
    /// The bot may not see the place or lacks a permission.
    public var isMissingPermission: Bool { has(.missingPermissions) || has(.missingAccess) }
    /// Fields of the request break rules.
    public var isInvalidForm: Bool { has(.invalidForm) }
    /// The person takes no direct messages.
    public var isCannotMessageUser: Bool { has(.cannotMessageUser) }
    /// The thread is archived or locked.
    public var isClosedThread: Bool { has(.threadArchived) || has(.threadLocked) }

    private func has(_ code: DiscordAPIError.Code) -> Bool { api?.code == code }
}

extension RESTError: CustomStringConvertible {
    /// One line for a log.
    public var description: String {
        switch self {
        case .api(let error): "Discord refused: \(error)"
        case .invalidPayload(let violation): "not sent: \(violation)"
        case .rateLimited(let retryAfter): "rate limited for \(retryAfter)"
        case .transport(let error): "no response: \(error)"
        case .undecodable(let reason): "unexpected response: \(reason)"
        case .cancelled: "cancelled"
        }
    }
}
