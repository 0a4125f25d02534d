import Bot
import Configuration
import DiscordSimulator
import FoundationEssentials
import Service
import Testing

/// The tables of the documents that repeat what features declare.
///
/// Each stands between `<!-- declared: begin -->` and `<!-- declared: end -->`. With `WOADKEEPER_WRITE_DOCS=1` in the
/// environment the tests write them instead of comparing.
@Suite("Documents of the declarations")
struct DeclarationPages {
    @Test("docs/modules.md lists every module with its switches, commands, routes and jobs")
    func modules() async throws {
        try await Self.keep("docs/modules.md") { features in
            let rows = features.map { feature in
                let commands = feature.commands.filter { !$0.isGroup }.map { "`!\($0.name)`" }
                return [
                    "`\(feature.name)`", Self.gate(feature.gate), Self.list(commands),
                    Self.list(feature.routes.map { "`\($0.path)`" }), Self.list(feature.jobs.map { "`\($0.name)`" }),
                ]
            }
            return Self.table(["Module", "On while", "Commands", "Routes", "Jobs"], rows)
        }
    }

    @Test("docs/watchers.md lists every job with its rhythm and how long it is made up for")
    func watchers() async throws {
        try await Self.keep("docs/watchers.md") { features in
            let rows = try features.flatMap { feature in
                try feature.jobs.map { job in
                    [
                        "`\(job.name)`", "`\(feature.name)`", try job.schedule()?.cadence ?? "not planned",
                        Self.catchUp(job.catchUp),
                    ]
                }
            }
            return Self.table(["Job", "Module", "Rhythm, unless set otherwise", "A missed run is made up for"], rows)
        }
    }

    // MARK: Words

    private static func gate(_ gate: Gate) -> String {
        gate.keys.isEmpty ? "always" : gate.keys.map { "`\($0)`" }.joined(separator: " or ")
    }

    private static func catchUp(_ catchUp: Job.CatchUp?) -> String {
        switch catchUp {
        case nil: "no"
        case .within(let duration): "for \(duration.compact)"
        case .sameDay: "until midnight UTC"
        case .until(let time): "until \(time) UTC"
        }
    }

    private static func list(_ items: [String]) -> String {
        items.isEmpty ? "–" : items.joined(separator: ", ")
    }

    private static func table(_ head: [String], _ rows: [[String]]) -> String {
        let lines = [head, head.map { _ in "---" }] + rows
        return lines.map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
    }

    // MARK: The pages

    /// Compares the declared part of a page, or writes it.
    private static func keep(_ path: String, _ table: @Sendable ([any Feature]) throws -> String) async throws {
        try await Stage.play { stage in
            // The bot whose declarations are read answers, so that they are those of a bot that works.
            try await stage.settles(stage.person(341), in: SampleGuild.botLog)
            let declared = try table(try stage.features)
            let url = URL(filePath: "\(Stage.root)/\(path)")
            let page = String(decoding: try Data(contentsOf: url), as: UTF8.self)
            let begin = try #require(page.firstRange(of: "<!-- declared: begin -->\n"), "\(path)")
            let end = try #require(page.firstRange(of: "\n<!-- declared: end -->"), "\(path)")
            if ProcessInfo.processInfo.environment["WOADKEEPER_WRITE_DOCS"] == "1" {
                let text = page[..<begin.upperBound] + declared + page[end.lowerBound...]
                try Data(text.utf8).write(to: url)
                return
            }
            #expect(
                page[begin.upperBound..<end.lowerBound] == declared,
                "\(path) is not what the declarations say; WOADKEEPER_WRITE_DOCS=1 writes it anew")
        }
    }
}
