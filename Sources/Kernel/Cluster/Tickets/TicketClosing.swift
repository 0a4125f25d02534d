/// A close that is being carried out, so that a process which takes over neither loses nor repeats a step:
/// `closing:WKNR|prev:WKMO|WKMO:1>2`. Source: welcome chapter, B19.
public struct TicketClosing: Sendable, Hashable {
    /// Column E of a clan, noted before it is written.
    public struct SeatStep: Sendable, Hashable {
        /// The clan.
        public let tag: ClanTag
        /// The number before.
        public let before: Int
        /// The number after.
        public let after: Int

        /// A step between two numbers.
        public init(tag: ClanTag, before: Int, after: Int) {
            self.tag = tag
            self.before = before
            self.after = after
        }

        /// What a process does that finds this step noted and a number in the cell.
        public enum Resumption: Sendable, Hashable {
            /// The write happened.
            case done
            /// The write did not happen.
            case apply
            /// Somebody else wrote: people must look.
            case unknown
        }

        /// Whether the step was taken, told by the number that now stands in the cell.
        public func resumption(found number: Int) -> Resumption {
            number == after ? .done : number == before ? .apply : .unknown
        }
    }

    /// Where the applicant ends up.
    public let final: FinalClan
    /// Where an earlier close had put the applicant, if elsewhere.
    public let previous: ClanTag?
    /// The writes of column E that were begun.
    public var steps: [SeatStep]

    /// A close that begins; a previous clan that is the final one as well is left out.
    public init(final: FinalClan, previous: FinalClan? = nil, steps: [SeatStep] = []) {
        self.final = final
        self.previous = previous == final ? nil : previous?.tag
        self.steps = steps
    }

    /// The text for the cell.
    public var text: String {
        let parts = steps.map { "\($0.tag):\($0.before)>\($0.after)" }
        return (["\(Self.opening)\(final)"] + (previous.map { ["\(Self.former)\($0)"] } ?? []) + parts)
            .joined(separator: "|")
    }

    /// Nil where the cell is about no close, or where one of its parts cannot be read.
    init?(cell: some StringProtocol) {
        let parts = cell.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmed }
        guard let first = parts.first, let word = Self.rest(of: first, after: Self.opening),
            let final = FinalClan(word)
        else { return nil }
        var previous: FinalClan?
        var steps: [SeatStep] = []
        for part in parts.dropFirst() {
            if let word = Self.rest(of: part, after: Self.former), previous == nil, let clan = FinalClan(word) {
                previous = clan
            } else if let step = SeatStep(text: part) {
                steps.append(step)
            } else {
                return nil
            }
        }
        self.init(final: final, previous: previous, steps: steps)
    }

    private static let opening = "closing:"
    private static let former = "prev:"

    private static func rest(of text: some StringProtocol, after opening: String) -> String? {
        text.lowercased().hasPrefix(opening) ? String(text.dropFirst(opening.count)) : nil
    }
}

extension TicketClosing.SeatStep {
    fileprivate init?(text: some StringProtocol) {
        let halves = text.split(separator: ":", omittingEmptySubsequences: false)
        guard halves.count == 2, let tag = ClanTag(halves[0]) else { return nil }
        let numbers = halves[1].split(separator: ">", omittingEmptySubsequences: false).map { Int($0.trimmed) }
        guard numbers.count == 2, let before = numbers[0], let after = numbers[1] else { return nil }
        self.init(tag: tag, before: before, after: after)
    }
}
