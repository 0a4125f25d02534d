import Cluster
import Discord

/// The panel of `!clansearch`. Source: recruitment chapter, sections 7.1 and 7.2.
enum MemberPanelView {
    /// The panel's text.
    static func embed(for owner: UserID) -> Embed {
        var embed = Embed(
            title: "Search for a C1C Clan",
            description: "Hi \(owner.mention)! Pick any filters below, as many or as few as you like, and press "
                + "**Search Clans** to see entry criteria and open spots.")
        embed.footer = Embed.Footer(text: PanelText.summonerOnly)
        return embed
    }

    /// The controls of a panel that shows a filter.
    static func controls(_ filter: ClanFilter, owner: UserID, isDisabled: Bool = false) -> [Component] {
        FilterControls.member.rows(filter, owner: owner, isDisabled: isDisabled)
    }

    /// Why nothing was searched.
    static let needsFilter = "Pick at least one filter first, then press **Search Clans**."
    /// Why nothing was found out.
    static let rosterUnreadable = "⚠️ The clan roster cannot be read right now. Please try again in a moment."
    /// Why results could not be shown.
    static let forbidden =
        "⚠️ I can't show results here: I need **Embed Links** and **Use External Emojis**. Try another channel, or ask "
        + "an admin."
    /// What may help when Discord did not take the results.
    static let tryAgain = "⚠️ The results could not be shown. Please try again in a moment."

    /// The refusal of words behind the command.
    static let takesNoWords =
        "❌ `!clansearch` takes no clan tag or name. Use `!clan <tag>` for one clan, for example `!clan WKAS`, or type "
        + "`!clansearch` alone to search."
}
