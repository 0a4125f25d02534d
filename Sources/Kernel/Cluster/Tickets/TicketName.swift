/// The name of a ticket's thread: its code, its applicant, its state, and where the applicant goes.
///
/// ```
/// W0298-Ann Lee                 open
/// Res-W0298-Ann Lee-C1CE        a seat is held
/// Closed-W0298-Ann Lee-NONE     closed; promo tickets (R, M, L) have the first and this form
/// ```
///
/// Source: welcome chapter, sections 2.3, 2.4 and B1 to B4; placement chapter, sections 4.2 and 17.3.
public struct TicketName: Sendable, Hashable {
    /// What the name says about the ticket.
    public enum State: Sendable, Hashable, CaseIterable {
        /// Under way.
        case open
        /// Under way, and a clan holds a seat.
        case reserved
        /// Closed.
        case closed
    }

    /// The ticket's number.
    public let code: TicketCode
    /// The applicant's name; never blank, and without blanks, `-` and `_` around it.
    public let username: String
    /// The clan in the name.
    public let clan: FinalClan?
    /// What the name says about the ticket.
    public let state: State

    /// The most that Discord takes as a thread's name, in UTF-16 units.
    /// Source: https://discord.com/developers/docs/resources/channel
    public static let longestName = 100

    /// A name made of its parts; nil where nothing is left of the applicant's name.
    public init?(code: TicketCode, username: some StringProtocol, clan: FinalClan? = nil, state: State = .open) {
        let username = Self.stripped(Substring(username))
        guard !username.isEmpty else { return nil }
        self.code = code
        self.username = String(username)
        self.clan = clan
        self.state = state
    }

    /// The name as Discord gets it. What is too long is cut from the applicant's name, never from the code or the clan.
    public var text: String {
        let suffix = clan.map { "-\($0)" } ?? ""
        let head = "\(Self.prefix(of: state))\(code)-"
        let room = Self.longestName - head.utf16.count - suffix.utf16.count
        return head + Self.stripped(Self.cut(username, to: room)) + suffix
    }

    private static func prefix(of state: State) -> String {
        switch state {
        case .open: ""
        case .reserved: "Res-"
        case .closed: "Closed-"
        }
    }

    private static func cut(_ text: String, to room: Int) -> Substring {
        guard text.utf16.count > room else { return text[...] }
        var end = text.startIndex
        var used = 0
        while end < text.endIndex {
            let next = text.index(after: end)
            used += text[end..<next].utf16.count
            if used > room { break }
            end = next
        }
        return text[..<end]
    }

    /// Without the separators around it. Scalars are looked at, because a combining mark behind a separator would make one
    /// character of both.
    static func stripped(_ text: Substring) -> Substring {
        let start = text.unicodeScalars.drop(while: isSeparator)
        guard let last = start.lastIndex(where: { !isSeparator($0) }) else { return Substring(start.prefix(0)) }
        return Substring(start[...last])
    }

    static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "-" || scalar == "_" || scalar.properties.isWhitespace
    }
}
