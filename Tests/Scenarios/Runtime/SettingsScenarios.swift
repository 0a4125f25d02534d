import DiscordSimulator
import FoundationEssentials
import Testing

@Suite("Runtime: settings and where they come from")
struct SettingsScenarios {
    @Test("runtime.23: rows for the allow-list and the token are ignored, with one warning each")
    func protectedRows() async throws {
        try await Stage.play(prepare: { stage in
            try stage.add("GUILD_IDS,1\r\nDISCORD_TOKEN,stolen\r\n", to: "recruitment/Config")
        }) { stage in
            let (member, admin) = (stage.person(331), stage.person(341))
            let line = try await stage.sees(admin, in: SampleGuild.botLog) { $0.content.contains("Guild allow-list") }
            #expect(line.content.contains("verified • allowed=[Woad Cluster]"))
            for key in ["GUILD_IDS", "DISCORD_TOKEN"] {
                let warning = "config: key=\(key) must not be set in a Config tab; ignoring row in recruitment"
                _ = try #require(await stage.log.first { $0.message == warning })
                #expect(stage.log.messages.filter { $0 == warning }.count == 1)
            }
            // A session of the same token goes on, for the server that the environment names.
            await stage.simulator.faults.dropGateway()
            try await stage.settles(member, in: SampleGuild.hearth)
            #expect(!stage.output.text.contains("stolen"))
        }
    }
}

extension Stage {
    /// Adds rows to a tab of the workbook, as `recruitment/Config`.
    fileprivate func add(_ rows: String, to tab: String) throws {
        let url = URL(filePath: "\(folder.workbook)/\(tab).csv")
        try (Data(contentsOf: url) + Data(rows.utf8)).write(to: url)
    }
}
