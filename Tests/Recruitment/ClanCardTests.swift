import Cluster
import Discord
import Testing

@testable import Recruitment

@Suite("Clan cards")
struct ClanCardTests {
    private static func clan(_ cells: [Clan.Column: String]) throws -> Clan {
        var row = Array(repeating: "", count: Clan.width)
        for (column, text) in cells { row[column.rawValue] = text }
        let tag = try #require(ClanTag(row[Clan.Column.tag.rawValue]))
        return Clan(sheetRow: 4, tag: tag, cells: row, openSpots: 2, inactives: 0, reserved: 0, rosterStatus: "2")
    }

    private static let full: [Clan.Column: String] = [
        .globalRank: "14", .name: "Ashen Sovereigns", .tag: "WKAS", .level: "30", .progression: "Late Game",
        .playstyle: "Casual", .lead: "Torvald", .hydraKeys: "3", .hydraClash: "450M", .cvcMinimumRewards: "6,000",
    ]

    @Test("a card tells by itself which clan and which face it shows", arguments: ClanCard.Face.allCases)
    func reading(face: ClanCard.Face) throws {
        let clan = try Self.clan(Self.full)
        let read = try #require(ClanCard.reading(ClanCard.embed(face, of: clan)))
        #expect(read.face == face)
        #expect(read.tag == clan.tag)
    }

    @Test("a bar in a clan's name does not hide its tag")
    func bar() throws {
        let clan = try Self.clan(Self.full.merging([.name: "Ash | WKXX | Bone"]) { $1 })
        for face in ClanCard.Face.allCases {
            #expect(ClanCard.reading(ClanCard.embed(face, of: clan))?.tag == clan.tag)
        }
    }

    @Test("an embed that is no card is not read as one")
    func noCard() {
        #expect(ClanCard.reading(Embed(title: "A | B", description: "x")) == nil)
    }

    @Test("missing values of the profile are dashes, and an unknown rank is beyond a thousand")
    func profile() throws {
        let embed = ClanCard.embed(.profile, of: try Self.clan([.name: "A", .tag: "AAA", .globalRank: "—"]))
        #expect(embed.title == "A | AAA | **Level**  | **Global Rank** >1k")
        #expect(embed.description?.contains("**Clan Lead:** —") == true)
        #expect(embed.description?.hasSuffix("**Siege:** Tier — | Wins —") == true)
    }

    @Test("criteria show only what the clan asks for, and missing halves drop out")
    func entry() throws {
        let embed = ClanCard.embed(.entry, of: try Self.clan(Self.full))
        #expect(embed.title?.hasSuffix("**Spots:** 2") == true)
        #expect(embed.description == "**Entry Criteria:**\nHydra: 3 keys — 450M\nCvC: PR minimum: 6,000")
        let empty = ClanCard.embed(.entry, of: try Self.clan([.name: "A", .tag: "AAA"]))
        #expect(empty.description == "**Entry Criteria:**\n—")
        #expect(empty.fields.isEmpty)
    }

    @Test("the largest cells stay inside Discord's limits")
    func limits() throws {
        let long = String(repeating: "🐉", count: 3000)
        let cells = Dictionary(uniqueKeysWithValues: Clan.Column.allCases.map { ($0, $0 == .tag ? "WKAS" : long) })
        for face in ClanCard.Face.allCases {
            let embed = ClanCard.embed(face, of: try Self.clan(cells))
            try MessagePayload(embeds: [embed], allowedMentions: .none).validate()
        }
    }
}

@Suite("The image proxy")
struct EmojiPadTests {
    @Test(
        "only Discord's own image addresses are fetched",
        arguments: [
            ("https://cdn.discordapp.com/emojis/1.png", "/emojis/1.png"),
            ("https://media.discordapp.net/a/b?size=128#x", "/a/b?size=128"),
            ("https://cdn.discordapp.com:443/e.png", "/e.png"),
            ("http://cdn.discordapp.com/e.png", nil), ("https://cdn.discordapp.com:8443/e.png", nil),
            ("https://user@cdn.discordapp.com/e.png", nil), ("https://cdn.discordapp.com.evil.example/e.png", nil),
            ("https://127.0.0.1/e.png", nil), ("https://cdn.discordapp.com", nil),
            ("https://cdn.discordapp.com/emojis/../api", nil), ("https://cdn.discordapp.com/%2e%2E/api", nil),
            ("https://cdn.discordapp.com/./e.png", nil), ("https://cdn.discordapp.com/a..b?c=/../", "/a..b?c=/../"),
            ("https://cdn.discordapp.com/a b", nil), ("ftp://cdn.discordapp.com/e", nil), ("", nil),
        ] as [(String, String?)])
    func addresses(address: String, path: String?) {
        #expect(EmojiPad.path(of: address) == path)
    }

    @Test("finished images are kept up to so many bytes, and the oldest are forgotten first")
    func cache() async {
        let cache = EmojiPadCache(capacity: 100)
        func key(_ number: Int) -> EmojiPadCache.Key { .init(path: "/\(number)", size: 64, box: 0.5) }
        for number in 1...5 { await cache.store([UInt8](repeating: UInt8(number), count: 30), for: key(number)) }
        #expect(await cache[key(2)] == nil)
        #expect(await cache[key(3)]?.first == 3)
        await cache.store([7], for: key(3))
        #expect(await cache.byteCount == 61)
        await cache.store([UInt8](repeating: 9, count: 101), for: key(9))
        #expect(await cache.byteCount == 0)
    }
}
