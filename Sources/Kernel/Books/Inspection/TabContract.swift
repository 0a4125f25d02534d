import Cluster
import Configuration
import Spreadsheets

/// What a tab must look like, by the Config key that names it. Source: sheets chapter, section 12.
struct TabContract: Sendable {
    /// Names of which a header must have one, compared in a certain way.
    struct Requirement: Sendable {
        var names: [String]
        var comparison = HeaderNormalisation.anyCase

        init(_ names: String..., by comparison: HeaderNormalisation = .anyCase) {
            self.names = names
            self.comparison = comparison
        }
    }

    /// The row of the header; nil for a tab that has none or is only exported as an image.
    var headerRow: Int? = 1
    /// Columns that must be there.
    var required: [Requirement] = []
    /// Whether the required columns must be the first ones, in this order and in no other spelling.
    var isExact = false
    /// Columns that the program appends where they are missing.
    var appended: [String] = []
    /// The fewest columns.
    var minimumWidth = 0
    /// Columns that hold ids.
    var ids: [String] = []
    /// Columns that together must not repeat.
    var identity: [Requirement] = []
    /// What is checked beyond the header.
    var special: Special?

    enum Special: Sendable { case toggles, roster, reservations, questionnaire }

    /// The contract of the tab that a Config key names; nil for tabs that are free in form.
    static func named(by key: String) -> TabContract? { contracts[KeyName.normalised(key)] }

    private static let ticketColumn = Requirement("ticket", "ticketnumber", "ticketid", by: .lettersAndDigits)

    private static let contracts: [String: TabContract] = [
        "FEATURE_TOGGLES_TAB": TabContract(
            required: [Requirement("feature_name"), Requirement("enabled")], identity: [Requirement("feature_name")],
            special: .toggles),
        "CLANS_TAB": TabContract(headerRow: 3, minimumWidth: 35, special: .roster),
        "WELCOME_TEMPLATES_TAB": TabContract(
            required: [Requirement("TAG", "ClanTag", "clan")], identity: [Requirement("TAG", "ClanTag", "clan")]),
        "RESERVATIONS_TAB": TabContract(
            required: ReservationLedger.headers.map { Requirement($0, by: .exact) },
            isExact: true, ids: ["thread_id", "ticket_user_id", "recruiter_id"], special: .reservations),
        "REPORTS_TAB": TabContract(
            required: [
                Requirement("Key"), Requirement("open spots"), Requirement("inactives"), Requirement("reserved spots"),
            ]),
        "ROLEMAP_TAB": TabContract(
            required: [Requirement("category"), Requirement("role_ID", "role id")], ids: ["role_id", "role id"]),
        "ONBOARDING_TAB": TabContract(
            required: ["flow", "order", "qid", "label", "type"].map { Requirement($0) },
            identity: [Requirement("flow"), Requirement("qid")], special: .questionnaire),
        "ONBOARDING_SESSIONS_TAB": TabContract(
            required: ["thread_id", "thread_name", "updated_at"].map { Requirement($0) },
            ids: ["thread_id", "user_id", "panel_message_id"], identity: [Requirement("thread_id")]),
        "WELCOME_TICKETS_TAB": TabContract(
            required: [ticketColumn],
            appended: [
                "username", "clantag", "date_closed", "thread_name", "user_id", "thread_id", "panel_message_id",
                "status", "created_at", "updated_at",
            ], ids: ["user_id", "thread_id", "panel_message_id"], identity: [ticketColumn]),
        "PROMO_TICKETS_TAB": TabContract(
            required: [ticketColumn],
            appended: [
                "username", "clantag", "date closed", "type", "thread created", "year", "month", "join_month",
                "clan name", "progression", "thread_name", "user_id", "thread_id", "panel_message_id", "status",
                "created_at", "updated_at",
            ], ids: ["user_id", "thread_id", "panel_message_id"], identity: [ticketColumn]),
        "CLANLIST_TAB": TabContract(headerRow: nil),
        "SHARD_MERCY_TAB": TabContract(
            required: [
                "discord_id", "username_snapshot", "ancients_owned", "voids_owned", "sacreds_owned", "primals_owned",
                "ancients_since_lego", "voids_since_lego", "sacreds_since_lego", "primals_since_lego",
                "primals_since_mythic", "last_ancient_lego_iso", "last_void_lego_iso", "last_sacred_lego_iso",
                "last_primal_lego_iso", "last_primal_mythic_iso", "last_ancient_lego_depth", "last_void_lego_depth",
                "last_sacred_lego_depth", "last_primal_lego_depth", "last_primal_mythic_depth", "last_updated_iso",
            ].map { Requirement($0) }, isExact: true, ids: ["discord_id"], identity: [Requirement("discord_id")]),
        "REACTION_ROLES_TAB": TabContract(
            required: [Requirement("KEY"), Requirement("EMOJI"), Requirement("ROLE_ID")],
            ids: ["role_id", "channel_id", "thread_id"]),
    ]

    /// Required columns that a header lacks, as the sheet should spell them.
    func missing(in header: [String]) -> [String] {
        if isExact {
            return required.enumerated().compactMap { index, requirement in
                let cell = header.indices.contains(index) ? header[index].trimmed : ""
                let comparison = requirement.comparison
                return comparison.apply(cell) == comparison.apply(requirement.names[0])
                    ? nil : "\(requirement.names[0]) in column \(Column(index).letters)"
            }
        }
        return required.filter { column(of: $0, in: header) == nil }
            .map { $0.names.joined(separator: " or ") }
    }

    /// The column that meets a requirement.
    func column(of requirement: Requirement, in header: [String]) -> Column? {
        HeaderRow(cells: header, row: 1, normalisation: requirement.comparison).resolve(requirement.names).column
    }
}

extension StringProtocol {
    /// The text without blanks and line breaks around it.
    var trimmed: String {
        let words = self.drop(while: \.isWhitespace)
        return String(words.reversed().drop(while: \.isWhitespace).reversed())
    }
}
