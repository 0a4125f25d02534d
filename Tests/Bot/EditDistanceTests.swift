import Testing

@testable import Bot

@Suite("Closest keys")
struct EditDistanceTests {
    @Test(
        "the distance counts insertions, deletions and replacements",
        arguments: [("", "", 0), ("abc", "", 3), ("CLANS_TAB", "CLANS_TABB", 1), ("kitten", "sitting", 3)])
    func distance(left: String, right: String, expected: Int) {
        #expect(EditDistance.between(left, right) == expected)
        #expect(EditDistance.between(right, left) == expected)
    }
}
