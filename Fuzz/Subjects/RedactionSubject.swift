import Service

extension Subject {
    /// A known secret never survives, what is certain stays masked, and clean text stays as it is.
    static let redaction = text("redaction") { text in
        let secret = "hunter2-hunter2"
        let redactor = Redactor(secrets: [secret])
        for masked in [redactor.line(text), redactor.reply(text)] {
            try promise(Array(masked.utf8).firstRange(of: secret.utf8) == nil, "a secret survives in \(masked)")
        }
        let planted = redactor.line(text + secret + text)
        try promise(
            Array(planted.utf8).firstRange(of: secret.utf8) == nil, "a planted secret survives in \(planted)")
        let once = redactor.line(text)
        try promise(redactor.line(once) == once, "masked again: \(redactor.line(once)) was \(once)")
    }
}
