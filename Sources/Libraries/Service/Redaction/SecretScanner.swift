/// Finds secrets in UTF-8 text: hand-written scanners, each one pass from left to right, giving ranges that ascend and do
/// not overlap. The patterns in the comments are what a regular expression for the same thing would say.
enum SecretScanner {
    /// The rules whose matches can be nothing but secrets, without service accounts, in the order of application.
    static let certainRules: [@Sendable ([UInt8]) -> [Range<Int>]] = [
        privateKeys, webhooks, discordTokens, googleKeys, googleTokens,
    ]

    /// Every occurrence of a value.
    static func occurrences(of needle: [UInt8], in text: [UInt8]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var position = 0
        while let found = find(needle, in: text, from: position) {
            ranges.append(found..<(found + needle.count))
            position = found + needle.count
        }
        return ranges
    }

    /// Whether the whole text is a service account's JSON: an object with `"type": "service_account"` and a
    /// `private_key`.
    static func isServiceAccount(_ text: [UInt8]) -> Bool {
        guard let first = text.firstIndex(where: { !isSpace($0) }), text[first] == UInt8(ascii: "{"),
            let last = text.lastIndex(where: { !isSpace($0) }), text[last] == UInt8(ascii: "}"),
            find(Array(#""private_key""#.utf8), in: text, from: first) != nil
        else { return false }
        return serviceAccountType(in: text, from: first, to: text.count) != nil
    }

    /// `\{[^{}]*"type"\s*:\s*"service_account".*?\}`
    static func serviceAccounts(_ text: [UInt8]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        guard let lastClosing = text.lastIndex(of: UInt8(ascii: "}")) else { return [] }
        var position = 0
        while let start = text[position...].firstIndex(of: UInt8(ascii: "{")), start < lastClosing {
            let brace = text[(start + 1)...].firstIndex { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }
            let end = brace ?? text.count
            position = start + 1
            guard let type = serviceAccountType(in: text, from: start, to: end), type <= lastClosing,
                let closing = text[type...].firstIndex(of: UInt8(ascii: "}"))
            else {
                position = end
                continue
            }
            ranges.append(start..<(closing + 1))
            position = closing + 1
        }
        return ranges
    }

    /// `-----BEGIN [^-]+-----.*?-----END [^-]+-----`
    static func privateKeys(_ text: [UInt8]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var position = 0
        while let begin = find(beginMark, in: text, from: position) {
            guard let content = labelEnd(in: text, from: begin + beginMark.count) else {
                position = begin + beginMark.count
                continue
            }
            var search = content
            var end: Int?
            while end == nil, let mark = find(endMark, in: text, from: search) {
                end = labelEnd(in: text, from: mark + endMark.count)
                search = mark + endMark.count
            }
            // Without an end here there is none for any later beginning either.
            guard let end else { break }
            ranges.append(begin..<end)
            position = end
        }
        return ranges
    }

    /// `https://(?:ptb\.|canary\.)?discord(?:app)?\.com/api/webhooks/\d+/\S+` in any case.
    static func webhooks(_ text: [UInt8]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var position = 0
        while let start = find(scheme, in: text, from: position, ignoringCase: true) {
            position = start + scheme.count
            var cursor = Cursor(text: text, position: position)
            _ = cursor.skip("ptb.") || cursor.skip("canary.")
            guard cursor.skip("discord") else { continue }
            _ = cursor.skip("app")
            guard cursor.skip(".com/api/webhooks/"), cursor.skip(while: isDigit) > 0, cursor.skip("/"),
                cursor.skip(while: { !isSpace($0) }) > 0
            else { continue }
            ranges.append(start..<cursor.position)
            position = cursor.position
        }
        return ranges
    }

    /// `[A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,}`
    static func discordTokens(_ text: [UInt8]) -> [Range<Int>] {
        let dot = UInt8(ascii: ".")
        var ranges: [Range<Int>] = []
        let runs = self.runs(in: text, of: isTokenCharacter)
        var index = 0
        while index + 2 < runs.count {
            let (first, second, third) = (runs[index], runs[index + 1], runs[index + 2])
            let isDotted =
                second.lowerBound == first.upperBound + 1 && text[first.upperBound] == dot
                && third.lowerBound == second.upperBound + 1 && text[second.upperBound] == dot
            guard isDotted, first.count >= 23, (6...7).contains(second.count), third.count >= 27 else {
                index += 1
                continue
            }
            ranges.append(max(first.lowerBound, first.upperBound - 28)..<third.upperBound)
            index += 3
        }
        return ranges
    }

    /// `AIza[0-9A-Za-z\-_]{35}`
    static func googleKeys(_ text: [UInt8]) -> [Range<Int>] {
        let prefix = Array("AIza".utf8)
        var ranges: [Range<Int>] = []
        var position = 0
        while let start = find(prefix, in: text, from: position) {
            let end = start + prefix.count + 35
            guard end <= text.count, text[(start + prefix.count)..<end].allSatisfy(isTokenCharacter) else {
                position = start + prefix.count
                continue
            }
            ranges.append(start..<end)
            position = end
        }
        return ranges
    }

    /// `ya29\.[0-9A-Za-z\-_]{20,}`, and also tokens with further dots, as service accounts get them (`ya29.c.…`).
    static func googleTokens(_ text: [UInt8]) -> [Range<Int>] {
        let prefix = Array("ya29.".utf8)
        var ranges: [Range<Int>] = []
        var position = 0
        while let start = find(prefix, in: text, from: position) {
            var cursor = Cursor(text: text, position: start + prefix.count)
            cursor.skip { isTokenCharacter($0) || $0 == UInt8(ascii: ".") }
            position = cursor.position
            var end = cursor.position
            while text[end - 1] == UInt8(ascii: ".") { end -= 1 }
            if end - start - prefix.count >= 20 { ranges.append(start..<end) }
        }
        return ranges
    }

    /// The value of `"(token|secret|credential|key)"\s*:\s*"…"` in any case.
    static func namedStrings(_ text: [UInt8]) -> [Range<Int>] {
        namedValues(text) { cursor in
            let isQuoted = cursor.position > 0 && cursor.skip("\"")
            cursor.skip(while: isSpace)
            guard isQuoted, cursor.skip(":") else { return nil }
            cursor.skip(while: isSpace)
            guard cursor.skip("\"") else { return nil }
            let start = cursor.position
            while let byte = cursor.next, byte != UInt8(ascii: "\"") {
                cursor.position += byte == UInt8(ascii: "\\") ? 2 : 1
            }
            guard cursor.next != nil else { return nil }
            return start..<cursor.position
        } isPreceded: {
            $0 == UInt8(ascii: "\"")
        }
    }

    /// What follows `(token|secret|credential|key)\s*[=:]\s*`, `[^\s,;]+`, in any case. A mask that an earlier rule put
    /// there stays, so that equal secrets go on looking equal; so does the name of a setting behind `key`, as in `missing
    /// config key: CLANS_TAB`.
    static func assignments(_ text: [UInt8]) -> [Range<Int>] {
        namedValues(text) { cursor in
            cursor.skip(while: isSpace)
            guard cursor.skip("=") || cursor.skip(":") else { return nil }
            cursor.skip(while: isSpace)
            let start = cursor.position
            cursor.skip { !isSpace($0) && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: ";") }
            return start..<cursor.position
        } isPreceded: { _ in
            true
        }
    }

    /// Isolated runs of 32 or more of `[A-Za-z0-9_-]` with at least one letter and one digit.
    static func longRuns(_ text: [UInt8]) -> [Range<Int>] {
        runs(in: text, of: isTokenCharacter).filter { run in
            run.count >= 32 && text[run].contains(where: isDigit) && text[run].contains(where: isLetter)
        }
    }
}

// MARK: - Parts

extension SecretScanner {
    private static let beginMark = Array("-----BEGIN ".utf8)
    private static let endMark = Array("-----END ".utf8)
    private static let scheme = Array("https://".utf8)
    private static let typeName = Array(#""type""#.utf8)
    private static let keyName = Array("key".utf8)
    private static let names = ["token", "secret", "credential", "key"].map { Array($0.utf8) }

    /// A place in a text from which to read on; comparisons ignore the case of ASCII letters.
    private struct Cursor {
        let text: [UInt8]
        var position: Int

        var next: UInt8? {
            position < text.count ? text[position] : nil
        }

        mutating func skip(_ expected: StaticString) -> Bool {
            let count = expected.utf8CodeUnitCount
            guard position + count <= text.count else { return false }
            for offset in 0..<count where lowercased(text[position + offset]) != expected.utf8Start[offset] {
                return false
            }
            position += count
            return true
        }

        @discardableResult
        mutating func skip(while matches: (UInt8) -> Bool) -> Int {
            let start = position
            while let byte = next, matches(byte) { position += 1 }
            return position - start
        }
    }

    /// Ranges that `value` finds after each of the names, if what stands before the name is right.
    private static func namedValues(
        _ text: [UInt8],
        value: (inout Cursor) -> Range<Int>?,
        isPreceded: (UInt8?) -> Bool
    ) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var position = 0
        while position < text.count {
            let name = names.first { isAt(position, $0, in: text) }
            guard let name, isPreceded(position > 0 ? text[position - 1] : nil) else {
                position += 1
                continue
            }
            var cursor = Cursor(text: text, position: position + name.count)
            if let range = value(&cursor), !range.isEmpty {
                let isName = name == keyName && isSettingName(text[range])
                if !isMask(text[range]), !isName { ranges.append(range) }
                position = range.upperBound
            } else {
                position += name.count
            }
        }
        return ranges
    }

    /// Whether a text is the name of a setting in upper case, perhaps in backticks, brackets or quotes or before a full
    /// stop. Digits count only between underscores, as some services' keys are capitals and digits.
    private static func isSettingName(_ text: ArraySlice<UInt8>) -> Bool {
        let isWord = { (byte: UInt8) in isTokenCharacter(byte) && byte != UInt8(ascii: "-") }
        guard let first = text.firstIndex(where: isWord), let last = text.lastIndex(where: isWord),
            first - text.startIndex <= 1, text.endIndex - last <= 3
        else { return false }
        let name = text[first...last]
        let isPlain = name.allSatisfy { isUpperCase($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
        return isPlain && isUpperCase(name[first])
            && (name.contains(UInt8(ascii: "_")) || !name.contains(where: isDigit))
    }

    private static func isMask(_ text: ArraySlice<UInt8>) -> Bool {
        text.starts(with: Array("***".utf8))
    }

    /// Where `"type"\s*:\s*"service_account"` ends that lies wholly between two positions.
    private static func serviceAccountType(in text: [UInt8], from start: Int, to end: Int) -> Int? {
        var position = start
        while let found = find(typeName, in: text, from: position, to: end) {
            position = found + typeName.count
            var cursor = Cursor(text: text, position: position)
            cursor.skip(while: isSpace)
            guard cursor.skip(":") else { continue }
            cursor.skip(while: isSpace)
            if cursor.skip("\"service_account\""), cursor.position <= end { return cursor.position }
        }
        return nil
    }

    /// Where `[^-]+-----` ends that begins at a position.
    private static func labelEnd(in text: [UInt8], from start: Int) -> Int? {
        var cursor = Cursor(text: text, position: start)
        guard cursor.skip(while: { $0 != UInt8(ascii: "-") }) > 0, cursor.skip("-----") else { return nil }
        return cursor.position
    }

    /// Maximal runs of matching bytes.
    private static func runs(in text: [UInt8], of matches: (UInt8) -> Bool) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start: Int?
        for (index, byte) in text.enumerated() {
            if matches(byte) {
                if start == nil { start = index }
            } else if let begun = start {
                runs.append(begun..<index)
                start = nil
            }
        }
        if let start { runs.append(start..<text.count) }
        return runs
    }

    private static func find(
        _ needle: [UInt8], in text: [UInt8], from start: Int, to end: Int? = nil, ignoringCase: Bool = false
    ) -> Int? {
        let last = (end ?? text.count) - needle.count
        guard let first = needle.first, start <= last else { return nil }
        for position in start...last {
            let byte = ignoringCase ? lowercased(text[position]) : text[position]
            guard byte == first else { continue }
            let isFound = needle.indices.allSatisfy { offset in
                let byte = text[position + offset]
                return (ignoringCase ? lowercased(byte) : byte) == needle[offset]
            }
            if isFound { return position }
        }
        return nil
    }

    private static func isAt(_ position: Int, _ name: [UInt8], in text: [UInt8]) -> Bool {
        guard position + name.count <= text.count else { return false }
        return name.indices.allSatisfy { lowercased(text[position + $0]) == name[$0] }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        isUpperCase(byte) ? byte | 0x20 : byte
    }

    private static func isUpperCase(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lowercased(byte))
    }

    private static func isTokenCharacter(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
}
