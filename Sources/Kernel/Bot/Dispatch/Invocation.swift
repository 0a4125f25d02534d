public import Discord
public import Service

/// What a handler is told: who acted, where, when, and what caused it.
///
/// The same for a typed command, a slash command, a component and a reaction.
public struct Invocation: Sendable {
    /// The event behind an invocation.
    public enum Cause: Sendable {
        /// A message that a person wrote.
        case message(Message)
        /// A slash command, component or modal.
        case interaction(Interaction)
        /// A reaction that a person added.
        case reaction(ReactionChange)
    }

    /// The event.
    public var cause: Cause
    /// The event's key: equal for every delivery of the same event, and the root of the nonces of its replies.
    public var key: String
    /// The id that ties log lines of this cause together.
    public var trace: String
    /// The bot's own user.
    public var bot: UserID
    /// Who acted, with what access rules know of them.
    public var caller: Caller
    /// Who acted, where the event tells.
    public var user: User?
    /// Where they are a member, what is known of them there.
    public var member: Member?
    /// The server; nil in direct messages.
    public var guildID: GuildID?
    /// The channel or thread.
    public var channelID: ChannelID
    /// When the event arrived, in calendar time.
    public var receivedAt: Timestamp
    /// The words and flags behind a command; empty for other causes.
    public var line: CommandLine

    /// Creates an invocation.
    public init(
        cause: Cause, key: String, trace: String, bot: UserID, caller: Caller, user: User?, member: Member?,
        guildID: GuildID?,
        channelID: ChannelID, receivedAt: Timestamp, line: CommandLine = .empty
    ) {
        self.cause = cause
        self.key = key
        self.trace = trace
        self.bot = bot
        self.caller = caller
        self.user = user
        self.member = member
        self.guildID = guildID
        self.channelID = channelID
        self.receivedAt = receivedAt
        self.line = line
    }
}

extension Invocation {
    /// When somebody acted, by Discord's clock, which dates messages too: the same for every delivery of the same event,
    /// but for reactions, which carry no time.
    public var saidAt: Timestamp {
        switch cause {
        case .message(let message): message.id.timestamp
        case .interaction(let interaction): interaction.id.timestamp
        case .reaction: receivedAt
        }
    }
}

/// A sentence for the person who acted, instead of what they asked for.
///
/// Thrown by handlers for bad input and known refusals; the kernel shows the sentence, and nothing was changed.
public struct Refusal: Error, Sendable, Equatable {
    /// How the `[command]` line names the outcome.
    public enum Result: String, Sendable {
        case ok, denied, disabled, usage, cooldown, error
    }

    /// What the person reads; blank for one who was told before.
    public var sentence: String
    /// The outcome in the log.
    public var result: Result

    /// A refusal.
    public init(_ sentence: String, result: Result) {
        self.sentence = sentence
        self.result = result
    }

    /// The usage line of a command with one clause that names the problem.
    public static func usage(_ usage: String, problem: String) -> Refusal {
        Refusal("Usage: `!\(usage)` — \(problem)", result: .usage)
    }

    /// A flag that the command does not take. What was typed is shown without what looks like a secret, and not all of it
    /// if it is long.
    public static func unknownFlag(_ flag: String) -> Refusal {
        Refusal("⚠️ Unknown flag: \(Redactor().reply(flag).prefix(longestEcho))", result: .usage)
    }

    /// The most characters of what somebody typed that a reply repeats. Source: coreops chapter, section 3.7.
    private static let longestEcho = 100
}
