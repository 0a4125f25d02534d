import Discord

/// A positional argument that a command declares. The kernel reads it before the handler runs, and refuses what cannot be
/// read with the command's usage line and one clause.
///
/// Source: coreops chapter, section 3.6.
public struct Argument: Sendable {
    /// What may stand in its place.
    public enum Kind: Sendable, Hashable {
        /// One word, or several in quotation marks.
        case word
        /// A whole number, with or without a sign.
        case integer
        /// One of the spellings of yes and no.
        case boolean
        /// A member of the server: a mention, a numeric id, a name or a display name.
        case member
        /// All words from here on.
        case words
        /// Everything from here to the end, as it was typed.
        case rest
    }

    /// The name, as the usage line shows it.
    public var name: String
    /// What may stand in its place.
    public var kind: Kind
    /// The clause behind the usage line if it is missing; nil for an argument that may be left out.
    public var clauseIfMissing: String?
    /// What it is for, as the slash form says it in at most 100 characters.
    public var about: String?
    /// What the slash form offers while it is typed.
    public var completes: Completion?

    /// Declares an argument that may be left out.
    public init(_ name: String, _ kind: Kind, about: String? = nil, completes: Completion? = nil) {
        self.init(name, kind, orSay: nil, about: about, completes: completes)
    }

    /// Declares an argument.
    /// - Parameter clause: what the caller reads behind the usage line if it is missing.
    public init(
        _ name: String, _ kind: Kind, orSay clause: String?, about: String? = nil, completes: Completion? = nil
    ) {
        self.name = name
        self.kind = kind
        self.clauseIfMissing = clause
        self.about = about
        self.completes = completes
    }

    /// Whether it must be given.
    public var isRequired: Bool { clauseIfMissing != nil }

    /// How a usage line shows it.
    var placeholder: String {
        let shown = kind == .words ? "\(name) …" : name
        return isRequired ? "<\(shown)>" : "[\(shown)]"
    }
}

/// An argument as it was read.
enum ArgumentValue: Sendable, Equatable {
    case text(String)
    case integer(Int)
    case boolean(Bool)
    case user(UserID)
}

extension Argument {
    /// Reads a word.
    /// - Parameter members: who can be named in the server.
    /// - Throws: `CommandLine.Problem` with the clause that the caller reads.
    func value(of word: String, among members: [Member]) throws(CommandLine.Problem) -> ArgumentValue {
        switch kind {
        case .word, .words, .rest:
            return .text(word)
        case .integer:
            guard let number = Int(word) else { throw .malformed("\(name) is a whole number.") }
            return .integer(number)
        case .boolean:
            guard let isOn = Bool(spelled: word) else { throw .malformed("\(name) is `on` or `off`.") }
            return .boolean(isOn)
        case .member:
            if let id = UserID(mentionOrID: word) { return .user(id) }
            return .user(try Self.member(named: word, among: members))
        }
    }

    /// The one member with this name. An account's name goes before display names, which several may share.
    private static func member(named word: String, among members: [Member]) throws(CommandLine.Problem) -> UserID {
        let name = word.drop(while: { $0 == "@" }).lowercased()
        if let exact = members.first(where: { $0.user.username.lowercased() == name }) { return exact.id }
        let shown = members.filter { $0.displayName.lowercased() == name }
        guard let first = shown.first else {
            throw .malformed("I know nobody here by that name; mention the member or give their id.")
        }
        guard shown.count == 1 else {
            throw .malformed("several members have that name; mention the member or give their id.")
        }
        return first.id
    }
}

extension UserID {
    /// Reads `<@id>`, `<@!id>` or an id; nil for anything else.
    init?(mentionOrID text: String) {
        var digits = text[...]
        if digits.hasPrefix("<@"), digits.hasSuffix(">") {
            digits = digits.dropFirst(2).dropLast()
            if digits.hasPrefix("!") { digits = digits.dropFirst() }
        }
        guard digits.count >= Self.fewestDigits, digits.allSatisfy({ $0.isASCII && $0.isNumber }),
            let value = UInt64(digits)
        else { return nil }
        self.init(integerLiteral: value)
    }

    /// Shorter numbers are names: ids of Discord have at least 17 digits.
    private static var fewestDigits: Int { 15 }
}
