/// Where the applicant of a ticket ends up. Source: welcome chapter, section 7.5.
public enum FinalClan: Sendable, Hashable, CustomStringConvertible {
    /// In a clan.
    case clan(ClanTag)
    /// Nowhere.
    case noPlacement

    /// What a cell, a thread's name or a person says; nil where no letter or digit is left.
    public init?(_ raw: some StringProtocol) {
        guard let tag = ClanTag(raw) else { return nil }
        self = tag.text == "NONE" ? .noPlacement : .clan(tag)
    }

    /// The tag, or `NONE`.
    public var description: String {
        switch self {
        case .clan(let tag): tag.text
        case .noPlacement: "NONE"
        }
    }

    /// The clan, if it is one.
    public var tag: ClanTag? {
        switch self {
        case .clan(let tag): tag
        case .noPlacement: nil
        }
    }
}
