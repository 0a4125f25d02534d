/// A ticket as lists of tickets see it: by its thread's name and nothing else. Source: runtime chapter, section 14.1;
/// welcome chapter, section 12.
public struct TicketListing: Sendable, Hashable {
    /// The code.
    public let code: TicketCode
    /// Whether the ticket is open: its thread is not archived and its name does not say that it is closed.
    public let isOpen: Bool

    /// Nil where the name carries no code.
    public init?(threadName name: some StringProtocol, isArchived: Bool) {
        guard let code = TicketCode(listing: name) else { return nil }
        self.code = code
        isOpen = !isArchived && !name.lowercased().hasPrefix("closed-")
    }
}
