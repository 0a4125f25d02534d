import FoundationEssentials
import Testing

/// docs/promises.md names tests; here they are looked for.
@Suite("Promises are traced to tests")
struct TraceabilityTests {
    private static let pages = [
        "architecture", "benchmarks", "configuration", "modules", "promises", "runbook", "takeover", "testing",
        "troubleshooting", "watchers",
    ]

    @Test("every promise names tests, and each of them exists")
    func names() throws {
        let sources = try Self.sources()
        let rows = try Self.text("docs/promises.md").split(separator: "\n").filter { $0.hasPrefix("| ") }
            .map { $0.split(separator: "|").map { $0.trimmingPrefix(while: \.isWhitespace) } }
            .filter { Int($0[0].filter { !$0.isWhitespace }) != nil }
        #expect(rows.count >= 35)
        for row in rows {
            let names = row[2].split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset % 2 == 1 }.map(\.element)
            #expect(!names.isEmpty, "\(row[0])")
            for name in names { #expect(sources.contains("\"\(name)"), "no test “\(name)…” for promise \(row[0])") }
        }
        let numbers = rows.compactMap { Int($0[0].filter { !$0.isWhitespace }) }
        #expect(Set(numbers).count == numbers.count, "a promise stands there twice")
    }

    @Test("every page of the documents exists, and every link between pages leads somewhere")
    func links() throws {
        for page in Self.pages {
            let text = try Self.text("docs/\(page).md")
            #expect(text.hasPrefix("# "), "\(page)")
            for match in text.matches(of: #/\]\(([A-Za-z\/_.-]+)(?:#[^)]*)?\)/#) {
                let target = "\(Stage.root)/docs/\(match.output.1)"
                #expect(FileManager.default.fileExists(atPath: target), "\(page): \(match.output.1)")
            }
        }
    }

    private static func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: "\(Stage.root)/\(path)")), as: UTF8.self)
    }

    /// The sources of all tests in one text.
    private static func sources() throws -> String {
        let folder = "\(Stage.root)/Tests"
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }
        return try paths.map { try text("Tests/\($0)") }.joined(separator: "\n")
    }
}
