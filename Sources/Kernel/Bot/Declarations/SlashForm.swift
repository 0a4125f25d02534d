public import Discord

/// How a command appears behind a slash. By default everything follows from the declaration: its words are command, group
/// and subcommand, its arguments and flags typed options, and its answer is seen by the whole channel.
///
/// ```swift
/// Command("reserve", …, slash: SlashForm(word: "new", asks: { try whatIsMissing($0) })) { … }   // /reserve new
/// Command("cfg", …, slash: .personal) { … }                                                    // seen by the caller alone
/// ```
/// Source: design, section 4; coreops chapter, section 5.
public struct SlashForm: Sendable {
    /// Gives the modal that asks for all that is missing, from payload and memory alone; nil if nothing is. Throws what it
    /// refuses. What answers the modal is a ``ComponentHandler``.
    public typealias Question = @Sendable (Invocation) throws -> ModalPayload?

    /// Whether the command has a slash form.
    public var isOffered: Bool
    /// Further names by which it is offered; words separated by one blank.
    public var aliases: [String]
    /// The last word of a command that others begin with: `buckets` makes `ops refresh` into `/ops refresh buckets`,
    /// because Discord lets nobody run what holds subcommands.
    public var word: String
    /// Whether only the caller sees the answer.
    public var isPersonal: Bool
    /// Asks for what is missing before the command runs; nil for a command that never asks.
    public var asks: Question?

    /// Describes a slash form.
    public init(
        word: String = "run", aliases: [String] = [], isPersonal: Bool = false, asks: Question? = nil
    ) {
        self.isOffered = true
        self.word = word
        self.aliases = aliases
        self.isPersonal = isPersonal
        self.asks = asks
    }

    /// What follows from the declaration alone.
    public static let derived = SlashForm()
    /// The same, with an answer that only the caller sees.
    public static let personal = SlashForm(isPersonal: true)
    /// No slash form.
    public static let none = {
        var form = SlashForm()
        form.isOffered = false
        return form
    }()
}
