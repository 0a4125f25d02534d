/// What an event changed in the view: handlers see before and after, which Discord's events do not tell.
public enum ViewChange: Sendable, Hashable {
    /// Nothing that the view holds, or nothing that was not known already.
    case none
    /// A channel or thread: absent before if it is new, absent after if it is gone.
    case channel(before: Channel?, after: Channel?)
    /// A role: absent before if it is new, absent after if it is gone.
    case role(before: Role?, after: Role?, guild: GuildID)
    /// A member: absent before if they were not known, absent after if they left.
    case member(before: Member?, after: Member?, guild: GuildID)
    /// All emoji of a guild.
    case emojis(before: [Emoji], after: [Emoji], guild: GuildID)
    /// A guild as a whole.
    case guild(GuildID)
}
