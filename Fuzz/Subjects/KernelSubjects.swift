import Configuration

@testable import Bot

extension Subject {
    /// Words read back when each is quoted; flags are the declared ones.
    static let commandLine = text("command-line") { text in
        let flags = [Flag("dry", short: "d", takesValue: true), Flag("all")]
        guard let line = try? Bot.CommandLine(parsing: text, flags: flags) else { return }
        try promise(
            line.text.first?.isWhitespace != true && line.text.last?.isWhitespace != true, "text not trimmed")
        let words = line.words.filter { isQuotable($0) }
        let quoted = try Bot.CommandLine(parsing: words.map { "\"\($0)\"" }.joined(separator: " "))
        try promise(quoted.words.areSpelled(like: words), "\(quoted.words) were \(words)")
        _ = (line["dry"], line.isOn("all"))
    }

    /// Whether quotation marks around a word stay characters of their own.
    private static func isQuotable(_ word: String) -> Bool {
        !word.unicodeScalars.contains("\"") && "\"\(word)\" ".count == word.count + 3
    }

    /// An id reads back from its text, and so do any fields that fit.
    static let componentID = text("component-id") { text in
        if let id = ComponentID(customID: text), let sent = try? id.customID() {
            let again = ComponentID(customID: sent)
            try promise(again == id && again?.fields.areSpelled(like: id.fields) == true, "\(sent) is not \(text)")
            try promise(sent.utf16.count <= ComponentID.maximumLength, "\(sent.utf16.count) units")
        }
        let fields = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        let id = ComponentID("hold", version: 2, fields: fields)
        guard let sent = try? id.customID() else { return }
        let again = ComponentID(customID: sent)
        try promise(again?.fields.areSpelled(like: fields) == true, "\(fields) read back as \(again?.fields ?? [])")
    }

    /// Every variable reads back when it is written between double quotes; skipped lines exist.
    static let environment = text("environment") { text in
        let file = EnvironmentFile(parsing: text)
        let lines = text.unicodeScalars.count { $0 == "\n" } + 1
        try promise(file.skippedLines.allSatisfy { (1...lines).contains($0) }, "\(file.skippedLines) of \(lines)")
        try promise(file.skippedLines == file.skippedLines.sorted(), "\(file.skippedLines) are out of order")
        for (name, value) in file.variables {
            try promise(name.utf8.allSatisfy(\.isNameByte) && !name.isEmpty, "name \(name)")
            // A mark behind a quote would join it to one character.
            guard value.utf8.allSatisfy({ $0 < 0x80 }) else { continue }
            let written = "\(name)=\"\(escaped(value))\"\n"
            let again = EnvironmentFile(parsing: written).variables[name] ?? "nothing"
            try promise(again.isSpelled(like: value), "\(written) reads as \(again)")
        }
        let location = try? RequiredEnvironment.check([
            "DISCORD_TOKEN": "t", "GSPREAD_CREDENTIALS": text, "RECRUITMENT_SHEET_ID": "s",
        ])
        if case .google(let credentials) = location {
            try promise(credentials.first { $0 > 0x20 } == UInt8(ascii: "{"), "credentials that are no object")
        }
    }

    private static func escaped(_ value: String) -> String {
        value.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "\"", "\\": text += "\\\(scalar)"
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}

extension UInt8 {
    fileprivate var isNameByte: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
