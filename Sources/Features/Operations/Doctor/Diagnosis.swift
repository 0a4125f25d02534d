/// One thing that a check-up looked at.
public struct Diagnosis: Sendable, Hashable {
    /// How bad it is.
    public enum Grade: String, Sendable {
        case ok, warning, error
    }

    /// How bad it is.
    public var grade: Grade
    /// What was looked at: `token`, `channel LOG_CHANNEL_ID`.
    public var subject: String
    /// What was found.
    public var finding: String
    /// What to do about it; nil if there is nothing to do.
    public var remedy: String?

    /// All is well.
    public static func ok(_ subject: String, _ finding: String) -> Diagnosis {
        Diagnosis(grade: .ok, subject: subject, finding: finding, remedy: nil)
    }

    /// The bot runs, but something will not work.
    public static func warning(_ subject: String, _ finding: String, fix: String) -> Diagnosis {
        Diagnosis(grade: .warning, subject: subject, finding: finding, remedy: fix)
    }

    /// The bot does not run, or not as it should.
    public static func error(_ subject: String, _ finding: String, fix: String) -> Diagnosis {
        Diagnosis(grade: .error, subject: subject, finding: finding, remedy: fix)
    }

    /// One line: `error    token: refused by Discord → set DISCORD_TOKEN to …`.
    public var line: String {
        let grade = grade.rawValue
        let pad = String(repeating: " ", count: max(9 - grade.count, 1))
        let text = "\(grade)\(pad)\(subject): \(finding)" + (remedy.map { " → \($0)" } ?? "")
        return text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
