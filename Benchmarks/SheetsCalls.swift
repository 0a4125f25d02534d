import DiscordSimulator
import Service
import SheetsSimulator

extension Benchmark {
    /// Calls to Google from the start of the process until all its caches are loaded, with the four spreadsheets of the
    /// sample, and the memory that it then takes.
    static let sheetsCalls = Benchmark("sheets") {
        guard let binary = Programs.woadkeeper else { return [] }
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let copying = try await Subprocess.run(
            "cp", arguments: ["-r", "Demo/Workbook", folder.path + "/workbook"])
        guard copying.status == .exited(0) else { throw BotProcess.NoWorkbook() }
        let names = ["recruitment", "onboarding", "milestones", "leagues"]
        let sheets = try SheetsSimulator(
            folder: folder.path + "/workbook",
            spreadsheets: Dictionary(names.map { ("1sheet-of-\($0)", $0) }) { first, _ in first })
        let urls = try await sheets.start()
        let guild = try await LiveGuild()
        func id(_ number: Int) -> String { "\(SampleGuild.id(number))" }
        var environment = [
            "DISCORD_TOKEN": SampleGuild.botToken, "DISCORD_API_BASE_URL": guild.urls.api,
            "DISCORD_CDN_BASE_URL": guild.urls.cdn, "STATE_DIR": folder.path + "/state", "PORT": "0",
            "GUILD_IDS": id(601), "ADMIN_ROLE_IDS": id(101), "LOG_CHANNEL_ID": id(201),
            "GOOGLE_SHEETS_BASE_URL": urls.sheets, "GOOGLE_DRIVE_BASE_URL": urls.drive, "GOOGLE_TOKEN_URL": urls.token,
            "GSPREAD_CREDENTIALS": sheets.credentials,
        ]
        for name in names { environment["\(name.uppercased())_SHEET_ID"] = "1sheet-of-\(name)" }
        let program = try RunningProgram(
            binary, ["run"], environment: environment, outputPath: folder.path + "/bot.log")
        let calls: Int
        let memory: MemoryUse
        do {
            _ = try await program.waits { program.output.contains("Cache preloader completed") ? true : nil }
            calls = sheets.requests.all.count { $0.operation != "token" }
            try await Task.sleep(for: .seconds(3))
            memory = try MemoryUse(of: program.process)
        } catch {
            await program.end()
            throw error
        }
        await program.end()
        await guild.simulator.stop()
        await sheets.stop()
        return [
            Measurement("sheets.calls-of-a-cold-boot", Double(calls), "calls"),
            Measurement("sheets.memory-with-warm-caches", memory.resident, "MB"),
            Measurement("sheets.memory-with-warm-caches.anonymous", memory.anonymous, "MB"),
        ]
    }
}
