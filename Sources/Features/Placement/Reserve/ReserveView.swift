import Cluster
import Discord

/// The sentences of `!reserve`. None of them pings anybody. Source: placement chapter, section 5.
enum ReserveView {
    static let usage = "Usage: `!reserve <clantag>` inside the recruit's ticket thread."
    static let bothForms =
        "Usage: `!reserve <clantag>` or `!reserve <clantag> @user` inside the recruit's ticket thread."
    static let elsewhere = "Please run `!reserve` inside the recruit's ticket thread."
    static let unclearRecruit =
        "I did not understand that recruit reference. Write `!reserve <clantag> @user`, or only `!reserve <clantag>` and "
        + "I will ask."
    static let uncountable =
        "Something went wrong while counting the holds of that clan. Please try again later, or ask an admin."
    static let alreadyAsking =
        "You are reserving a seat here already: answer the question above, or type `cancel` first."
    static let uncheckable =
        "I could not check whether that recruit holds a seat already, so nothing was saved. Please try again later."

    /// The question that is open.
    static func prompt(_ dialogue: ReserveDialogue, again isAgain: Bool) -> String {
        let clan = dialogue.label.codeSpan
        switch dialogue.question {
        case .recruit:
            let opening =
                dialogue.isChanging
                ? "Who is the seat in \(clan) for instead?" : "Who is the seat in \(clan) for?"
            return again(isAgain, "I did not find a mention or an id in that.")
                + "\(opening) Mention the recruit or paste their user id. Type `cancel` to stop."
        case .stranger(let id):
            return "\(id.mention) is not a member of this server. Type `yes` to hold the seat for that id anyway, or "
                + "mention somebody else. Type `cancel` to stop."
        case .date:
            return again(isAgain, "That is no date that I can use.") + line(dialogue)
                + "Until which date? Write it as `YYYY-MM-DD`, without a time, today (UTC) or later. Type `cancel` to stop."
        case .reason:
            return line(dialogue)
                + "\(clan) has **0** effective open spots with its existing holds. You can still hold a seat: "
                + "write a short reason. Type `cancel` to stop."
        case .confirmation:
            var text = again(isAgain, "Please type `yes`, `no` or `change`.")
            text += "Reserve 1 spot in \(clan) for \(recruit(dialogue)) until `\(date(dialogue))`?"
            if !dialogue.reason.isEmpty { text += "\nReason: \(dialogue.reason.escapingMarkdown)" }
            return text + "\nType `yes` to save, `no` to stop, or `change` to change the recruit or the date."
        case .change:
            return again(isAgain, "I can change only these two.") + "What shall be changed? Type `user` or `date`."
        }
    }

    /// Why nobody is asked any more.
    static let cancelled = "The reservation was cancelled; nothing was changed."
    static let timedOut = "The reservation timed out; nothing was changed. Run `!reserve` again when you are ready."
    static let stopped =
        "I am being restarted, so this reservation was not saved. Please run `!reserve` again in a minute."

    static func duplicate(
        _ recruit: UserID, _ hold: Reservation, ticket: String, thread: String, control: String
    ) -> String {
        "\(recruit.mention) holds a seat already: \(hold.clanLabel.codeSpan), ticket \(ticket) (\(thread)). "
            + "Release or extend it in \(control) first."
    }

    /// What was saved, and how the clan stands now.
    static func saved(_ hold: Reservation, holds: Int, open: Int) -> String {
        let recruit = hold.ticketUserID.map { UserID(integerLiteral: $0).mention } ?? "the recruit"
        let date = hold.reservedUntil?.description ?? "an unknown date"
        return "Reserved 1 spot in \(hold.clanLabel.codeSpan) for \(recruit) until `\(date)`.\n"
            + "Holds of this clan now: **\(holds)** • effective open spots: **\(open)**"
    }

    static let recorded =
        "The sheet does not answer right now. The reservation is recorded and will appear there by itself; please do not "
        + "enter it again."
    static let notRefreshed =
        "The reservation was saved, but the clan's availability could not be refreshed yet. I keep trying; an admin should "
        + "check the numbers if they stay wrong."

    private static func line(_ dialogue: ReserveDialogue) -> String {
        "Reserving a seat in \(dialogue.label.codeSpan) for \(recruit(dialogue)).\n"
    }

    private static func recruit(_ dialogue: ReserveDialogue) -> String {
        dialogue.recruit?.mention ?? "the recruit"
    }

    private static func date(_ dialogue: ReserveDialogue) -> String {
        dialogue.until?.description ?? "an unknown date"
    }

    private static func again(_ isAgain: Bool, _ sentence: String) -> String { isAgain ? "\(sentence)\n" : "" }
}
