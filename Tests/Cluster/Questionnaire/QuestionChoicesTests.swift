import Cluster
import Testing

@Suite("Choices of a question")
struct QuestionChoicesTests {
    @Test(
        "a cell is read as a range, as pieces, as numbers or as digits, in this order",
        arguments: [
            ("10,20,30", ["10", "20", "30"]), ("1-5", ["1", "2", "3", "4", "5"]), ("1 – 3", ["1", "2", "3"]),
            ("1—2", ["1", "2"]), ("7-7", ["7"]), ("5-1", ["5-1"]), ("1-5, 8", ["1-5", "8"]),
            ("Easy,  Ultra-Nightmare ,,", ["Easy", "Ultra-Nightmare"]),
            ("Casual\nStress-Free\r\n", ["Casual", "Stress-Free"]),
            ("1 2 3", ["1", "2", "3"]), ("1 or 2", ["1 or 2"]), ("7", ["7"]), ("", []), (" , ", []),
            ("1-99999999999999999999", ["1-99999999999999999999"]), ("0-999999", ["0-999999"]),
        ] as [(String, [String])])
    func cells(_ cell: String, _ options: [String]) throws {
        let choices = try #require(QuestionChoices(type: "single-select", cell: cell))
        #expect(choices.options == options)
        #expect(!choices.areSplitDigits)
    }

    @Test("bare digits are options of their own, and said to be so")
    func digits() throws {
        let choices = try #require(QuestionChoices(type: "single-select", cell: " 12345 "))
        #expect(choices.options == ["1", "2", "3", "4", "5"])
        #expect(choices.areSplitDigits)
    }

    @Test(
        "the type says how many may be picked",
        arguments: [
            ("single-select", 1), ("Single Select", 1), ("multi_select_3", 3), (" Multi-Select-12", 12),
            ("multi-select", nil), ("multi-select-0", nil), ("multi-select-some", nil),
        ] as [(String, Int?)])
    func limits(_ type: String, _ limit: Int?) throws {
        #expect(try #require(QuestionChoices(type: type, cell: "a, b")).limit == limit)
    }

    @Test("other types have no choices", arguments: ["short", "bool", "", "select"])
    func others(_ type: String) {
        #expect(QuestionChoices(type: type, cell: "1-5") == nil)
    }
}
