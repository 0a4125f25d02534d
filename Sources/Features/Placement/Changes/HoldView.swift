import Discord

/// The sentences of extending and releasing. None of them pings anybody. Source: placement chapter, sections 6 and 7.
enum HoldView {
    static let extendUsage = "Usage: `!reserve extend @user <clan_tag> <YYYY-MM-DD>`"
    static let releaseUsage = "Usage: `!reserve release @user <clan_tag>`"
    static let unclearMember = "Mention the recruit, or paste their user id, before the clan tag."
    static let invalidDate = "Please give a valid date as `YYYY-MM-DD`, today (UTC) or later."
    static let notRefreshed =
        "The clan's availability could not be refreshed yet. I keep trying; an admin should check the numbers if they stay "
        + "wrong."

    static func none(_ subject: HoldChanges.Wording) -> String {
        "There is no active reservation in \(subject.label.codeSpan) for \(subject.mention)."
    }

    static func several(_ subject: HoldChanges.Wording) -> String {
        "The ledger has several active reservations in \(subject.label.codeSpan) for \(subject.mention). Please mend the "
            + "ledger first; nothing was changed."
    }

    static func extended(_ subject: HoldChanges.Wording, until day: String) -> String {
        "The reservation in \(subject.label.codeSpan) for \(subject.mention) was extended until `\(day)`."
    }

    static func released(_ subject: HoldChanges.Wording) -> String {
        "The seat in \(subject.label.codeSpan) for \(subject.mention) was released and returned to the pool."
    }

    /// What is added where the sheet has not taken a change yet.
    static let recorded =
        "\nThe sheet does not answer right now. The change is recorded and will appear there by itself; please do not "
        + "enter it again."

    // What the ticket hears of it.

    static func extendedNote(_ subject: HoldChanges.Wording, until day: String) -> String {
        "🧭 The seat held in \(subject.label.codeSpan) is now held until `\(day)`."
    }

    static func releasedNote(_ subject: HoldChanges.Wording) -> String {
        "🧭 The seat held in \(subject.label.codeSpan) was released."
    }
}
