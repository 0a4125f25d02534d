extension TicketName {
    /// Reads the name of a thread under the welcome channel; nil without a code or without an applicant's name.
    ///
    /// The code may stand anywhere; what stands before it tells the state. Behind the last `-` of a reserved or closed name
    /// is the clan; in an open name the last part is one only if it is a known tag, for people have hyphens in their names.
    /// - Parameter isKnownTag: whether the cluster has such a clan.
    public init?(welcome name: some StringProtocol, isKnownTag: (ClanTag) -> Bool) {
        let name = String(name)
        guard let found = TicketCode.found(in: Array(name.utf8), of: [.welcome]) else { return nil }
        let prefix = Self.stripped(name.prefix(utf8: found.range.lowerBound)).lowercased()
        let suffix = Self.stripped(name.suffix(afterUTF8: found.range.upperBound))
        let state: State =
            prefix.hasPrefix("closed") ? .closed : prefix.hasPrefix("res") ? .reserved : .open
        let parts = Self.divided(suffix, at: { $0 == "-" }) { tag, _ in state != .open || isKnownTag(tag) }
        self.init(code: found.code, username: parts.username, clan: parts.clan, state: state)
    }

    /// Reads the name of a thread under the promo channel, `M0102-tamsin` or `Closed-M0102-tamsin-WKUM`; nil where the
    /// name does not begin so or says no applicant.
    ///
    /// The clan is found as in welcome names, but words in lower case always belong to the applicant, and in an open name
    /// blanks and `_` separate as well.
    /// - Parameter isKnownTag: whether the cluster has such a clan.
    public init?(promo name: some StringProtocol, isKnownTag: (ClanTag) -> Bool) {
        let name = Substring(Substring(name).unicodeScalars.drop(while: \.properties.isWhitespace))
        let isClosed =
            name.utf8.count > Self.closed.count && name.lowercased().hasPrefix(Self.closed)
            && name.unicodeScalars.dropFirst(Self.closed.count).first.map(Self.isSeparator) ?? false
        let rest = isClosed ? Self.stripped(name.dropFirst(Self.closed.count)) : name
        guard let found = TicketCode.found(in: Array(rest.utf8), of: TicketKind.promo), found.range.lowerBound == 0
        else {
            return nil
        }
        let suffix = String(rest).suffix(afterUTF8: found.range.upperBound)
        guard suffix.unicodeScalars.first.map(Self.isSeparator) ?? false else { return nil }
        let isBorder: (Unicode.Scalar) -> Bool = { isClosed ? $0 == "-" : Self.isSeparator($0) }
        let parts = Self.divided(Self.stripped(suffix), at: isBorder) { tag, word in
            guard !word.contains(where: \.isLowercase) else { return false }
            return isClosed || isKnownTag(tag)
        }
        self.init(
            code: found.code, username: parts.username, clan: parts.clan, state: isClosed ? .closed : .open)
    }

    private static let closed = "closed"

    /// The applicant's name and, behind the last border, the clan, if that part is one and leaves a name.
    private static func divided(
        _ suffix: Substring, at isBorder: (Unicode.Scalar) -> Bool, isClan: (ClanTag, Substring) -> Bool
    ) -> (username: Substring, clan: FinalClan?) {
        let scalars = suffix.unicodeScalars
        guard let border = scalars.lastIndex(where: isBorder) else { return (suffix, nil) }
        let word = suffix[scalars.index(after: border)...].trimmed
        let username = stripped(suffix[..<border])
        guard !username.isEmpty, let tag = ClanTag(word), isClan(tag, word) else { return (suffix, nil) }
        return (username, FinalClan(tag.text))
    }
}

extension String {
    /// The characters before a byte that begins one.
    fileprivate func prefix(utf8 count: Int) -> Substring { self[..<utf8.index(startIndex, offsetBy: count)] }

    /// The characters from a byte on that begins one.
    fileprivate func suffix(afterUTF8 count: Int) -> Substring { self[utf8.index(startIndex, offsetBy: count)...] }
}
