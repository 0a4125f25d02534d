import DiscordSimulator
import Glibc
import Service

/// The environment that fits the sample guild and the sample workbook.
enum SampleEnvironment {
    /// Variables for a bot in the simulated guild.
    static func variables(api: String, cdn: String, folder: DemoFolder) -> [String: String] {
        variables(api: api, cdn: cdn, workbook: folder.workbook, state: folder.state)
    }

    /// Variables for a bot in the simulated guild.
    static func variables(api: String, cdn: String, workbook: String, state: String) -> [String: String] {
        func id(_ number: Int) -> String { "\(SampleGuild.id(number))" }
        return [
            "DISCORD_TOKEN": SampleGuild.botToken,
            "DISCORD_API_BASE_URL": api,
            "DISCORD_CDN_BASE_URL": cdn,
            "WORKBOOK": "local:\(workbook)",
            "STATE_DIR": state,
            "ENV_NAME": "demo",
            "BOT_VERSION": "demo",
            "GUILD_IDS": id(601),
            "ADMIN_ROLE_IDS": id(101),
            "STAFF_ROLE_IDS": id(102),
            "RECRUITER_ROLE_IDS": id(103),
            "RECRUITMENT_COORDINATOR_ROLE_IDS": id(104),
            "LEAD_ROLE_IDS": id(105),
            "GUARDIAN_KNIGHT_ROLE_IDS": id(106),
            "LOG_CHANNEL_ID": id(201),
            "WELCOME_CHANNEL_ID": id(202),
            "PROMO_CHANNEL_ID": id(203),
            "REPORT_RECRUITERS_DEST_ID": id(215),
            "TICKET_TOOL_BOT_ID": id(361),
            "RECRUITERS_CHANNEL_ID": id(205),
            "RECRUITERS_THREAD_ID": id(206),
            "RECRUITMENT_INTERACT_CHANNEL": id(207),
            "LOGGING_CHANNEL_ID": id(208),
            "CLAN_LEAD_IDS": id(344),
        ]
    }
}

/// A temporary folder with a copy of the sample workbook and room for the journal.
struct DemoFolder {
    /// The folder of the workbook's copy.
    let workbook: String
    /// The folder of the journal.
    let state: String
    private let root: String

    /// The sample workbook was not found beside the sources.
    struct NoWorkbook: Error, CustomStringConvertible {
        var path: String
        var description: String { "the sample workbook is not at \(path); start the demo in the repository's folder" }
    }

    /// Where the sample workbook is when the program is started in the folder of the sources or of the archive.
    static let sample = "Demo/Workbook"

    /// Copies the sample workbook.
    init(from source: String = DemoFolder.sample) throws {
        root = "/tmp/woadkeeper-demo-\(getpid())-\(Trace.make().prefix(8))"
        workbook = root + "/workbook"
        state = root + "/state"
        let names = Self.entries(of: source)
        guard !names.isEmpty else { throw NoWorkbook(path: source) }
        for folder in [root, workbook, state] { mkdir(folder, 0o700) }
        do throws(HostFile.Failure) {
            for spreadsheet in names where !spreadsheet.hasSuffix(".md") {
                for tab in Self.entries(of: "\(source)/\(spreadsheet)") {
                    let bytes = try HostFile.bytes("\(source)/\(spreadsheet)/\(tab)") ?? []
                    try HostFile.write(bytes, to: "\(workbook)/\(spreadsheet)/\(tab)")
                }
            }
        } catch {
            remove()
            throw error
        }
    }

    /// Removes the folder and all that is in it.
    func remove() {
        Self.remove(root)
    }

    private static func entries(of folder: String) -> [String] {
        (try? HostFile.names(in: folder, ending: "")) ?? []
    }

    private static func remove(_ path: String) {
        for name in entries(of: path) { remove("\(path)/\(name)") }
        if rmdir(path) != 0 { unlink(path) }
    }
}

/// The demo's log: warnings and errors for the person at the terminal, one readable line each.
struct DemoLog: LogSink {
    /// Whether only errors are shown.
    var isQuiet: Bool

    func write(_ record: LogRecord) {
        guard record.level >= (isQuiet ? .error : .warning) else { return }
        Terminal.complain("\(record.level.name.lowercased()): \(record.message) \(record.error ?? "")")
    }
}
