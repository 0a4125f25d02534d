import Configuration
import Service
import Spreadsheets
import Testing

@Suite("Configuration over the sample workbook", .timeLimit(.minutes(1)))
struct SampleTests {
    @Test("a Config tab beats the environment, and the origin is known")
    func precedence() async throws {
        let sample = try SampleConfiguration(["RECRUITERS_CHANNEL_ID": "1", "SHARD_EMOJI_VOID": "own"])
        try sample.folder.add("RECRUITERS_CHANNEL_ID,2\r\n", to: "recruitment/Config")
        await sample.service.loadSheets()
        let registry = sample.service.registry
        #expect(registry[\.channels.recruiters] == 2)
        #expect(registry.entry("recruiters_channel.id")?.origin.description == "sheet:local")
        #expect(registry.text("MIRRALITH_CLAN_RANGE") == "A1:H29")
        #expect(registry[\.channels.shardMercy] == 900_000_000_000_000_209)
        #expect(registry[\.media.voidEmoji] == "own")
        #expect(registry[\.media.ancientEmoji] == "<:ancient:900000000000000711>")
        #expect(registry.metadata.onboardingKeyCount == 5)
        #expect(sample.log.messages.contains("config: sheet overrides environment • keys=RECRUITERS_CHANNEL_ID"))
        #expect(
            sample.log.messages.contains(
                "🧩 Config — merged onboarding tab • sheet=local • keys=5 • result=ok"))
    }

    @Test("access lists come from the recruitment tab only, and a useless row empties nothing")
    func accessLists() async throws {
        let sample = try SampleConfiguration(["STAFF_ROLE_IDS": "1", "ADMIN_ROLE_IDS": "7", "GUILD_IDS": "5"])
        try sample.folder.add(
            "STAFF_ROLE_IDS,\"2, 3\"\r\nADMIN_ROLE_IDS,nobody\r\nGUILD_IDS,6\r\n", to: "recruitment/Config")
        try sample.folder.add("STAFF_ROLE_IDS,4\r\n", to: "milestones/Config")
        await sample.service.loadSheets()
        let registry = sample.service.registry
        #expect(registry[\.people.staffRoles] == [2, 3])
        #expect(registry[\.people.adminRoles] == [7])
        #expect(registry[\.core.guilds] == [5])
        let warnings = sample.log.messages
        #expect(warnings.contains("config: key=ADMIN_ROLE_IDS sheet value unusable; using environment"))
        #expect(warnings.filter { $0.contains("key=STAFF_ROLE_IDS must not be set") }.count == 1)
        #expect(warnings.filter { $0.contains("key=GUILD_IDS must not be set") }.count == 1)
    }

    @Test("a complaint is said once however often the settings are read, and again when it comes back")
    func complaints() async throws {
        let sample = try SampleConfiguration(["KEEPALIVE_INTERVAL_SEC": "120"])
        let unusable = "config: key=STAFF_ROLE_IDS sheet value unusable; using environment"
        func count(_ text: String) -> Int { sample.log.messages.filter { $0.hasPrefix(text) }.count }
        try sample.folder.add("STAFF_ROLE_IDS,nobody\r\n", to: "recruitment/Config")
        await sample.service.loadSheets()
        _ = try await sample.service.reload(actor: "Ann")
        #expect(count(unusable) == 1)
        #expect(count("KEEPALIVE_INTERVAL_SEC is deprecated") == 1)
        try sample.folder.add("STAFF_ROLE_IDS,2\r\n", to: "recruitment/Config")
        _ = try await sample.service.reload(actor: "Ann")
        #expect(count(unusable) == 1)
        try sample.folder.add("STAFF_ROLE_IDS,nobody\r\n", to: "recruitment/Config")
        _ = try await sample.service.reload(actor: "Ann")
        #expect(count(unusable) == 2)
        #expect(count("KEEPALIVE_INTERVAL_SEC is deprecated") == 1)
    }

    @Test("an unreadable Config tab leaves its last values in force, and the reload says so")
    func keptOverlay() async throws {
        let sample = try SampleConfiguration()
        await sample.service.loadSheets()
        try sample.folder.put("Key,\"half", into: "onboarding/Config")
        let report = try await sample.service.reload(actor: "Ann")
        #expect(sample.service.registry[\.tabs.onboarding] == "OnboardingQuestions")
        #expect(report.changedKeys == [])
        #expect(report.warnings.contains { $0.hasPrefix("config: failed to load onboarding Config tab: ") })
        #expect(sample.service.registry.metadata.status == "partial")
    }

    @Test("the sample's toggles are all on, without notes")
    func toggles() async throws {
        let sample = try SampleConfiguration()
        #expect(!sample.service.toggles.isOn("clan_profile"))
        await sample.service.loadSheets()
        let toggles = sample.service.toggles
        #expect(toggles.snapshot.notes == [] && !toggles.snapshot.disabledByDefault)
        #expect(toggles.all.values.allSatisfy { $0 } && toggles.all.count == 27)
        #expect(toggles.isOn(" CLUSTERROLEMAP "))
        #expect(sample.alerts.all == [])
    }

    @Test("toggles fail closed, and each cause is told once until it clears")
    func failClosed() async throws {
        let sample = try SampleConfiguration(["ADMIN_ROLE_IDS": "30 20"])
        try sample.folder.put(
            "Feature_Name , ENABLED\nclan_profile,maybe\nserver_map,1\nshard_tracker,TRUE\n",
            into: "recruitment/FeatureToggles")
        await sample.service.loadSheets()
        let toggles = sample.service.toggles
        #expect(toggles.state(of: "clan_profile") == .invalid("maybe"))
        #expect(toggles.isOn("SERVER_MAP") && toggles.isOn("welcome_watcher_enabled") && !toggles.isOn("member_panel"))
        #expect(!toggles.isOn("member_panel") && !toggles.isOn("shardtracker") && toggles.isOn("shard_tracker"))
        let prefix = "⚠️ <@&20> Feature toggle misconfiguration: "
        #expect(
            sample.alerts.all == [
                prefix
                    + "Toggle 'clan_profile' in worksheet 'FeatureToggles' has invalid value 'maybe'; defaulting to disabled.",
                prefix + "Toggle 'member_panel' is not defined in worksheet 'FeatureToggles'; defaulting to disabled.",
            ])
        await sample.service.loadToggles()
        #expect(sample.alerts.all.count == 2)
        try sample.folder.put("feature_name,enabled\nclan_profile,TRUE\n", into: "recruitment/FeatureToggles")
        await sample.service.loadToggles()
        try sample.folder.put("feature_name,enabled\nclan_profile,maybe\n", into: "recruitment/FeatureToggles")
        await sample.service.loadToggles()
        #expect(sample.alerts.all.count == 3)
    }

    @Test("an unusable tab keeps the last good copy and is read again after five minutes")
    func rereading() async throws {
        let sample = try SampleConfiguration()
        await sample.service.loadSheets()
        try sample.folder.put("wrong,header\nclan_profile,TRUE\n", into: "recruitment/FeatureToggles")
        let report = try await sample.service.reload(actor: "Ann")
        #expect(sample.service.toggles.isOn("clan_profile") && sample.service.toggles.isUnusable)
        #expect(
            report.warnings.contains(
                "Worksheet 'FeatureToggles' missing required headers: ['enabled', 'feature_name']."))
        try sample.folder.put("feature_name,enabled\nclan_profile,FALSE\n", into: "recruitment/FeatureToggles")
        await sample.calendar.waitForSleepers(1)
        await sample.calendar.advance(by: .seconds(300))
        _ = await sample.log.first { $0.message == "feature toggles loaded" && $0["rows"] == .int(1) }
        #expect(sample.service.toggles.state(of: "clan_profile") == .off)
    }

    @Test("a missing spreadsheet is not set, and the rest works")
    func missingSpreadsheet() async throws {
        let sample = try SampleConfiguration()
        try sample.folder.remove("onboarding")
        await sample.service.loadSheets()
        #expect(sample.log.messages.contains("Config preload failed"))
        #expect(sample.service.toggles.isOn("clan_profile"))
        #expect(sample.service.registry.metadata.status == "ok")
    }
}

@Suite("Config tabs")
struct ConfigTabTests {
    func tab(_ rows: [[String]]) -> ConfigTab {
        ConfigTab(CellBlock(range: CellRange(tab: "Config"), rows: rows))
    }

    @Test("the header is looked for in the first three rows")
    func header() {
        #expect(tab([["notes"], [], ["", "KEY", "", "Val"], ["", "a", "remark", " 1 "]])["A"] == "1")
        #expect(tab([["x", "1"], ["y", "2"]])["x"] == "1")
        #expect(tab([["Key"], ["a", "", "3"]])["a"] == "3")
    }

    @Test("a blank value is absent, even beside a remark, and the lowest row wins")
    func values() {
        let tab = tab([
            ["Key", "Value", "Remark"], ["a", "1"], ["b", "", "note"], ["A", "2"], ["a", ""], ["", "lost"],
        ])
        #expect(tab.values == ["A": "2"])
        #expect(tab.repeatedKeys.map(\.key) == ["A"] && tab.repeatedKeys.map(\.row) == [4])
        #expect(tab.entries.map(\.row) == [2, 3, 4, 5])
    }
}
