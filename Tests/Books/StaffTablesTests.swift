import Configuration
import Service
import Spreadsheets
import Testing

@testable import Books

private func block(_ rows: [[String]]) -> CellBlock {
    CellBlock(range: CellRange(tab: "Tab"), rows: rows)
}

@Suite("Tabs of staff")
struct StaffTablesTests {
    @Test("clan tags come once each, in upper case and sheet order, without a header that grew")
    func clanTags() {
        #expect(
            ClanList.tags(
                in: block([["Clan", " tag "], ["Ashen", "wkas"], ["", ""], ["Again", "WKAS"], ["", "None"]]))
                == ["WKAS", "NONE"])
        #expect(ClanList.tags(in: block([["Ashen", "WKAS"], ["Tag", "TAG"]])) == ["WKAS", "TAG"])
        #expect(ClanList.tags(in: block([])) == [])
    }

    @Test("reaction roles need key, emoji and a role that is an id; the rest may be missing")
    func reactionRoles() throws {
        let log = LogMemory()
        let logger = Logger("test", sink: log, time: ManualTime(start: .origin))
        let header = ["key", "Emoji", "ROLE_ID", "CHANNEL_ID", "THREAD_ID", "ACTIVE"]
        let roles = try ReactionRole.roles(
            in: block([
                header, ["Trivia", "👽", "900000000000000123", "x", "900000000000000231", "Y"],
                ["events", "🎲", "none", "", "", "yes"], ["", "🎯", "5", "", "", ""], ["events", "", "5", "", "", ""],
                ["events", "🎲", "7"],
            ]), logger: logger)
        #expect(
            roles == [
                ReactionRole(
                    key: "trivia", emoji: "👽", roleID: 900_000_000_000_000_123, channelID: nil,
                    threadID: 900_000_000_000_000_231, isActive: true),
                ReactionRole(key: "events", emoji: "🎲", roleID: 7, channelID: nil, threadID: nil, isActive: false),
            ])
        #expect(log.messages == ["reaction role row skipped: invalid role_id"])
        #expect(log.records.first?["row"] == 3)
    }

    @Test("leagues are read in both notations, mixed; what is disabled or incomplete is left out")
    func leagues() throws {
        let specifications = try LeagueSpecification.specifications(
            in: block([
                ["Spec_Key", "Sheet", "Range", "Enabled"],
                ["league_legendary_tab", "", "Legendary", ""],
                ["LEAGUE_LEGENDARY_HEADER", "", "A1:F3", "yes"],
                ["LEAGUE_LEGENDARY_12", "Other", "A5:F10", ""],
                ["LEAGUE_LEGENDARY_2", "", "A12:F17", "off"],
                ["LEAGUE_LEGENDARY_x", "", "A12:F17", ""],
                ["LEAGUE_RISING_1", "", "A5:F10", ""],
                ["LEAGUE_STORM_1", "Storm", "", ""],
                ["LEAGUE_BRONZE_1", "Bronze", "A1:B2", ""],
            ]))
        #expect(
            specifications == [
                LeagueSpecification(league: .legendary, image: .header, tab: "Legendary", range: "A1:F3"),
                LeagueSpecification(league: .legendary, image: .board(12), tab: "Other", range: "A5:F10"),
            ])
    }

    @Test("a tab without its header is no empty table but a failure")
    func emptied() {
        #expect(throws: LoadFailure.emptyResult) { try TabRecords(block([])) }
        #expect(throws: LoadFailure.emptyResult) { try TabRecords(block([["", " "], ["a", "b"]])) }
    }
}
