extension StringProtocol {
    /// The text if it fits, else its longest beginning that fits together with an ellipsis. It is cut between
    /// characters as people see them, so that no emoji or letter falls apart, and without white space before the
    /// ellipsis.
    /// - Parameter limit: the most UTF-16 units of the result; an ellipsis that does not fit is left out.
    public func truncated(toUTF16 limit: Int, ellipsis: String = "…") -> String {
        guard utf16.count > limit else { return String(self) }
        let room = limit - ellipsis.utf16.count
        guard room >= 0 else { return String(prefix(fittingUTF16: limit)) }
        var kept = prefix(fittingUTF16: room)
        while let last = kept.last, last.isWhitespace { kept.removeLast() }
        return kept + ellipsis
    }

    /// The text in pieces that each fit, cut at line breaks where there are any, else at spaces, else between
    /// characters. White space at a cut is dropped. A text that is blank gives no piece.
    /// - Parameter limit: the most UTF-16 units of a piece; a single character that is longer stays whole.
    public func chunked(toUTF16 limit: Int) -> [String] {
        var pieces: [String] = []
        var rest = self[...]
        while rest.utf16.count > limit {
            var head = rest.prefix(fittingUTF16: limit)
            if head.isEmpty { head = rest.prefix(1) }
            if head.endIndex < rest.endIndex, !rest[head.endIndex].isWhitespace {
                let cut = head.lastIndex(where: \.isNewline) ?? head.lastIndex(where: \.isWhitespace)
                if let cut, cut > head.startIndex { head = head[..<cut] }
            }
            pieces.append(String(head))
            rest = rest[head.endIndex...].drop(while: \.isWhitespace)
        }
        pieces.append(String(rest))
        return pieces.filter { !$0.isBlank }
    }

    /// The longest beginning, cut between characters, of at most this many UTF-16 units.
    fileprivate func prefix(fittingUTF16 limit: Int) -> SubSequence {
        var end = startIndex
        var length = 0
        while end < endIndex {
            length += self[end].utf16.count
            if length > limit { break }
            end = index(after: end)
        }
        return self[..<end]
    }
}

extension Embed {
    /// The embed with every text cut to its limit and with no more fields than allowed. Fields without name or value,
    /// which Discord refuses, get an invisible one.
    /// - Parameter budget: UTF-16 units that all texts together may have. Title, author and footer are kept first, then
    ///   the description, then fields in order; a field for which too little is left ends the list.
    public func fitted(budget: Int = Limits.embedTotal) -> Embed {
        var embed = self
        var left = budget
        func take(_ text: String?, _ limit: Int) -> String? {
            guard let text else { return nil }
            let cut = text.truncated(toUTF16: Swift.min(limit, Swift.max(0, left)))
            left -= cut.utf16.count
            return cut.isEmpty ? nil : cut
        }
        embed.title = take(title, Limits.embedTitle)
        embed.author = author.flatMap { author in
            take(author.name, Limits.author).map { Author(name: $0, url: author.url, iconURL: author.iconURL) }
        }
        embed.footer = footer.flatMap { footer in
            take(footer.text, Limits.footer).map { Footer(text: $0, iconURL: footer.iconURL) }
        }
        embed.description = take(description, Limits.embedDescription)
        embed.fields = []
        for field in fields.prefix(Limits.embedFields) {
            let name = field.name.isBlank ? Self.invisible : field.name.truncated(toUTF16: Limits.fieldName)
            let value = field.value.isBlank ? Self.invisible : field.value
            let room = Swift.min(Limits.fieldValue, left - name.utf16.count)
            guard room >= Swift.min(value.utf16.count, Self.smallestCutValue) else { break }
            let cut = value.truncated(toUTF16: room)
            embed.fields.append(Field(name, cut, isInline: field.isInline))
            left -= name.utf16.count + cut.utf16.count
        }
        return embed
    }

    /// A zero width space: the usual empty text that Discord takes.
    private static let invisible = "\u{200B}"
    /// A field of which less than this would be left says nothing, and is dropped.
    private static let smallestCutValue = 24
}

extension Sequence<Embed> {
    /// The embeds with every text cut so that Discord takes them in one message: at most ten, and 6000 UTF-16 units
    /// together, of which the first ones get what they need.
    public func fitted() -> [Embed] {
        var left = Limits.embedTotal
        var result: [Embed] = []
        for embed in self where result.count < Limits.embeds {
            let fitted = embed.fitted(budget: left)
            if fitted.textLength == 0, embed.textLength > 0 { break }
            left -= fitted.textLength
            result.append(fitted)
        }
        return result
    }
}

extension MessagePayload {
    /// The message with content and embeds cut to what Discord takes.
    public func fitted() -> MessagePayload {
        var payload = self
        payload.content = content?.truncated(toUTF16: Limits.content)
        payload.embeds = embeds.fitted()
        return payload
    }
}

extension MessageEdit {
    /// The edit with content and embeds cut to what Discord takes.
    public func fitted() -> MessageEdit {
        var edit = self
        edit.content = content?.truncated(toUTF16: Limits.content)
        edit.embeds = embeds?.fitted()
        return edit
    }
}
