import DiscordSimulator
import Glibc
import Service

/// The programs that are measured, as processes of their own.
enum Programs {
    /// What the environment variable `name` says; nil if it is empty or not set.
    static func variable(_ name: String) -> String? {
        guard let text = getenv(name).map({ String(cString: $0) }), !text.isEmpty else { return nil }
        return text
    }

    /// The release binary (`WOADKEEPER`), nil where the variable is not set.
    static var woadkeeper: String? { variable("WOADKEEPER") }
    /// A Python with discord.py (`PYTHON`), nil where the variable is not set.
    static var python: String? { variable("PYTHON") }
}

/// `woadkeeper simulator` in a process of its own, on a free port.
struct SimulatorProcess {
    let program: RunningProgram
    let api: String
    let gateway: String

    init(_ binary: String, in folder: TemporaryFolder) async throws {
        program = try RunningProgram(
            binary, ["simulator", "--port", "0"], environment: [:], outputPath: folder.path + "/simulator.log")
        _ = try await program.prints("token")
        api = try await program.prints("api").found
        gateway = try await program.prints("gateway").found
    }

    var cdn: String { String(api.dropLast("/api/v10".count)) + "/cdn" }
}

/// `woadkeeper run` in a process of its own, in the sample guild and on a copy of the sample workbook.
struct BotProcess {
    let program: RunningProgram
    /// From the start of the process to the first answer of `/ready` that says so.
    let timeToReady: Duration

    /// Starts it with an empty state folder and waits until it is ready.
    init(_ binary: String, api: String, cdn: String, in folder: TemporaryFolder) async throws {
        func id(_ number: Int) -> String { "\(SampleGuild.id(number))" }
        let port = try LoopbackConnection.freePort()
        let copy = folder.path + "/workbook"
        let copying = try await Subprocess.run("cp", arguments: ["-r", "Demo/Workbook", copy])
        guard copying.status == .exited(0) else { throw NoWorkbook() }
        let environment = [
            "DISCORD_TOKEN": SampleGuild.botToken, "DISCORD_API_BASE_URL": api, "DISCORD_CDN_BASE_URL": cdn,
            "WORKBOOK": "local:\(copy)", "STATE_DIR": folder.path + "/state", "PORT": "\(port)",
            "GUILD_IDS": id(601), "ADMIN_ROLE_IDS": id(101), "STAFF_ROLE_IDS": id(102), "RECRUITER_ROLE_IDS": id(103),
            "LOG_CHANNEL_ID": id(201), "WELCOME_CHANNEL_ID": id(202), "PROMO_CHANNEL_ID": id(203),
        ]
        let program = try RunningProgram(
            binary, ["run"], environment: environment, outputPath: folder.path + "/bot.log")
        do {
            timeToReady = try await program.waits { Self.isReady(port: port) ? true : nil }.after
        } catch {
            await program.end()
            throw error
        }
        self.program = program
    }

    struct NoWorkbook: Error {}

    /// Whether the bot says that it serves. It answers with status 200 before, too: a command that is sent then is sent
    /// before there is a session, and Discord tells nobody of it.
    private static func isReady(port: Int) -> Bool {
        guard let connection = try? LoopbackConnection(port: port) else { return false }
        defer { connection.close() }
        let request = "GET /ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        try? connection.send(Array(request.utf8))
        var answer: [UInt8] = []
        while let piece = try? connection.receive() { answer += piece }
        return String(decoding: answer, as: UTF8.self).contains("\"ok\":true,\"components\"")
    }
}
