public import Service
public import Spreadsheets
import Synchronization

/// Settings, feature switches and buckets of a process, and how they are renewed.
///
/// The environment's layer stands as soon as the service exists; ``loadSheets()`` adds the Config tabs and the toggles.
/// Nothing here stops the program: what cannot be read leaves what was known before in force.
public actor ConfigurationService {
    /// What the service works with.
    public struct Services: Sendable {
        /// The spreadsheets.
        public var workbook: any Workbook
        /// Load times, ages, re-reading.
        public var calendar: any TimeSource
        /// Deadlines and durations.
        public var transport: any TimeSource
        /// Log lines.
        public var logger: Logger
        /// Takes messages for the log channel and returns at once.
        public var alert: @Sendable (String) -> Void
        /// Hides a secret in the log.
        public var mask: @Sendable (String) -> String
        /// Hears that the toggles were read, or could not be; returns at once.
        public var togglesRead: @Sendable () -> Void

        /// Services; see the properties.
        public init(
            workbook: any Workbook, calendar: any TimeSource, transport: any TimeSource, logger: Logger,
            alert: @escaping @Sendable (String) -> Void = { _ in },
            mask: @escaping @Sendable (String) -> String = { _ in "***" },
            togglesRead: @escaping @Sendable () -> Void = {}
        ) {
            self.workbook = workbook
            self.calendar = calendar
            self.transport = transport
            self.logger = logger
            self.alert = alert
            self.mask = mask
            self.togglesRead = togglesRead
        }
    }

    /// What a reload did.
    public struct ReloadReport: Sendable {
        /// Keys whose values changed, sorted.
        public var changedKeys: [String] = []
        /// How many keys there are.
        public var keyCount = 0
        /// Toggles whose effect changed.
        public var changedToggles: [(key: String, wasOn: Bool, isOn: Bool)] = []
        /// Names of the buckets that are being refreshed.
        public var buckets: [String] = []
        /// Steps that failed and left what was before in force.
        public var warnings: [String] = []
        /// How long it took.
        public var duration: Duration = .zero
    }

    /// How long a tab that could not be used is left alone.
    private static let toggleRetryDelay = Duration.seconds(300)

    /// The feature switches.
    public nonisolated let toggles: Toggles
    /// True from when the Config tabs and the toggles were read for the first time, or could not be.
    public nonisolated let isRead = Awaitable(false)
    /// The buckets.
    public nonisolated let buckets: BucketDirectory
    /// The workbook, for those who read tabs themselves.
    public nonisolated let workbook: any Workbook

    private nonisolated let current: Mutex<Registry>
    /// The spreadsheets that are not shared, as far as is known.
    private nonisolated let unshared = Mutex<Set<SpreadsheetKey>>([])
    private let environment: [String: String]
    private let services: Services
    private var overlays: [KnownSpreadsheet: RegistryBuilder.Overlay] = [:]
    private var failures: [KnownSpreadsheet: WorkbookError] = [:]
    private var rereading: Task<Void, Never>?
    /// State rows that are recorded but not in the sheet yet, by their keys in normal form.
    private var unwrittenStateRows: [String: String] = [:]
    /// What the registry in force complains of: said once, until it is mended and comes again.
    private var complaints: Set<String>
    /// The end of the onboarding spreadsheet's id, as told last.
    private var onboardingTail: String?

    /// A service whose registry holds the environment's layer. `environment` is the real environment merged over the
    /// `.env` file.
    public init(environment: [String: String], services: Services) {
        self.environment = environment
        self.services = services
        workbook = services.workbook
        toggles = Toggles(logger: services.logger.named("c1c.features"), alert: services.alert)
        buckets = BucketDirectory(logger: services.logger)
        var builder = RegistryBuilder(environment: environment)
        let registry = builder.build(at: services.calendar.now)
        current = Mutex(registry)
        let warnings = builder.warnings + registry.watchdogWarnings
        complaints = Set(warnings)
        for warning in warnings { services.logger.warning(warning) }
        Self.logLoaded(registry, services)
    }

    /// The settings as they stand now.
    public nonisolated var registry: Registry {
        current.withLock { $0 }
    }

    /// The key of a spreadsheet; throws ``WorkbookError/spreadsheetNotSet(_:)`` if it has no id.
    public nonisolated func key(of spreadsheet: KnownSpreadsheet) throws(WorkbookError) -> SpreadsheetKey {
        let registry = registry
        if registry.localWorkbookPath != nil { return SpreadsheetKey(spreadsheet.rawValue) }
        let setting = spreadsheet.idSetting
        guard let id = registry[setting] else { throw .spreadsheetNotSet("\(setting.declaration.name) not set") }
        return SpreadsheetKey(id)
    }

    /// Notes how a call to a spreadsheet ended: one that is not shared is told of once, until it can be reached again.
    public nonisolated func note(_ error: WorkbookError?, of spreadsheet: SpreadsheetKey) {
        switch error {
        case nil:
            unshared.withLock { _ = $0.remove(spreadsheet) }
        case .sharing where unshared.withLock({ $0.insert(spreadsheet).inserted }):
            let known = KnownSpreadsheet.allCases.first { (try? key(of: $0)) == spreadsheet }
            services.logger.error(
                "sheets: not shared with the service account • sheet=\(known?.label ?? "unknown")"
                    + " • tail=\(workbook.tail(of: spreadsheet))")
        default:
            break
        }
    }

    // MARK: Loading

    /// Reads the Config tabs and the toggles for the first time (runtime chapter, section 3.1, phases 5 and 7).
    public func loadSheets() async {
        _ = await readConfigTabs()
        if case .spreadsheetNotSet = failures[.onboarding] { services.logger.warning("Config preload failed") }
        if registry.localWorkbookPath == nil, registry[\.sheets.leaguesSheet] == nil {
            services.logger.warning("Leagues sheet ID missing at startup; feature will remain idle")
        }
        await loadToggles()
        isRead.withLock { $0 = true }
    }

    /// Renews everything that a restart would renew, apart from the environment (runtime chapter, section 4.5). Throws if
    /// a required variable is missing; everything is then as it was.
    public func reload(actor: String) async throws(EnvironmentError) -> ReloadReport {
        try RequiredEnvironment.check(environment)
        let start = services.transport.now
        let before = registry
        var report = ReloadReport()
        await workbook.forgetDirectories()
        report.warnings = await readConfigTabs()
        report.changedToggles = await loadToggles()
        report.warnings += toggles.isUnusable ? toggles.snapshot.notes : []
        report.changedKeys = registry.changedKeys(from: before)
        report.keyCount = registry.keys.count
        report.buckets = buckets.names
        await buckets.reload(actor: actor)
        report.duration = services.transport.now - start
        return report
    }

    /// Notes that a row of the recruitment Config tab was written, or for `isWritten: false` that it will be; a blank
    /// value removes the key. Until it is written the row counts as if it were, also when the tab is read meanwhile.
    public func noteStateRow(_ key: String, _ value: String, isWritten: Bool = true) {
        let name = KeyName.normalised(key)
        if isWritten, let later = unwrittenStateRows[name] {
            // What was recorded since counts already.
            guard later == value else { return }
            unwrittenStateRows[name] = nil
        } else if !isWritten {
            unwrittenStateRows[name] = value
        }
        let tail = overlays[.recruitment]?.tail ?? ""
        current.withLock { current in
            current = current.mirroring(key, value, tail: tail)
            current.metadata.revision += 1
        }
    }

    /// What a Config tab gave at the last load, for display.
    public struct SheetOverrides: Sendable {
        /// The spreadsheet.
        public var spreadsheet: KnownSpreadsheet
        /// Keys of its Config tab with the values that are in force because of it.
        public var values: [String: SettingValue]
        /// Why the tab could not be read at the last attempt; older values then stay in force.
        public var failure: String?
    }

    /// What each Config tab that takes part gave, in the order in which commands list the spreadsheets.
    public func sheetOverrides() -> [SheetOverrides] {
        let registry = registry
        return [KnownSpreadsheet.recruitment, .onboarding, .milestones].compactMap { spreadsheet in
            let failure = failure(of: spreadsheet).map { "\($0)" }
            guard overlays[spreadsheet] != nil || failure != nil else { return nil }
            let overlay = overlays[spreadsheet]
            let given = (overlay?.tab.values.keys).map { Array($0) } ?? []
            let values = given.compactMap { key -> (String, SettingValue)? in
                guard let overlay, let entry = registry.entry(key), entry.origin == .sheet(tail: overlay.tail),
                    let value = entry.value
                else { return nil }
                return (key, value)
            }
            return SheetOverrides(
                spreadsheet: spreadsheet, values: Dictionary(values, uniquingKeysWith: { first, _ in first }),
                failure: failure)
        }
    }

    /// Stops what goes on in the background.
    public func stop() async {
        rereading?.cancel()
        await buckets.stop()
    }

    // MARK: Config tabs

    /// Reads the Config tabs past every cache and swaps the registry. Gives what could not be read.
    private func readConfigTabs() async -> [String] {
        await readConfigTab(of: .recruitment)
        // The recruitment tab may name the other spreadsheets.
        rebuild(isFinal: false)
        for spreadsheet in [KnownSpreadsheet.onboarding, .milestones] { await readConfigTab(of: spreadsheet) }
        rebuild(isFinal: true)
        return KnownSpreadsheet.allCases.compactMap { spreadsheet in
            failure(of: spreadsheet).map { "config: failed to load \(spreadsheet.rawValue) Config tab: \($0)" }
        }
    }

    private func readConfigTab(of spreadsheet: KnownSpreadsheet) async {
        do {
            let key = try key(of: spreadsheet)
            let range = CellRange(tab: registry[spreadsheet.configTabSetting], .columns(Column(0)...Column(25)))
            let tab = ConfigTab(try await services.workbook.read(range, of: key, .load))
            noteRepeated(tab.repeatedHeaders, in: "\(spreadsheet.rawValue)/\(range.tab)")
            overlays[spreadsheet] = RegistryBuilder.Overlay(tab: tab, tail: services.workbook.tail(of: key))
            failures[spreadsheet] = nil
            if spreadsheet == .onboarding { logMerged(tab, tail: services.workbook.tail(of: key)) }
        } catch {
            failures[spreadsheet] = error
            if case .spreadsheetNotSet = error {
                overlays[spreadsheet] = nil
                services.logger.debug(
                    "config: no spreadsheet, overlay skipped", ["spreadsheet": .string(spreadsheet.rawValue)])
            } else {
                services.logger.warning("config: failed to load \(spreadsheet.rawValue) Config tab: \(error)")
            }
        }
    }

    /// Why a Config tab could not be read; nil also where there is no spreadsheet to read it from.
    private func failure(of spreadsheet: KnownSpreadsheet) -> WorkbookError? {
        guard let error = failures[spreadsheet] else { return nil }
        if case .spreadsheetNotSet = error { return nil }
        return error
    }

    private func rebuild(isFinal: Bool) {
        var builder = RegistryBuilder(environment: environment, overlays: overlays)
        var registry = builder.build(at: services.calendar.now)
        let errors = KnownSpreadsheet.allCases.compactMap(failure)
        for (key, value) in unwrittenStateRows {
            registry = registry.mirroring(key, value, tail: overlays[.recruitment]?.tail ?? "")
        }
        if let error = errors.first {
            registry.metadata.status = "partial"
            registry.metadata.lastError = String(describing: error)
        }
        current.withLock { current in
            registry.metadata.revision = current.metadata.revision + 1
            current = registry
        }
        guard isFinal else { return }
        let warnings = builder.warnings + registry.watchdogWarnings
        for warning in warnings where !complaints.contains(warning) { services.logger.warning(warning) }
        complaints = Set(warnings)
        let tail = (try? key(of: .onboarding)).map { services.workbook.tail(of: $0) }
        if let tail, tail != onboardingTail { services.logger.info("📄 Onboarding sheet resolved • id_tail=\(tail)") }
        onboardingTail = tail
        let overridden = registry.metadata.overriddenKeys
        if !overridden.isEmpty {
            services.logger.info("config: sheet overrides environment • keys=\(overridden.joined(separator: ", "))")
        }
        Self.logLoaded(registry, services)
    }

    private func logMerged(_ tab: ConfigTab, tail: String) {
        let count = tab.values.count
        let result = count == 0 ? "empty" : "ok"
        services.logger.info(
            "🧩 Config — merged onboarding tab • sheet=\(tail) • keys=\(count) • result=\(result)",
            ["sheet_tail": .string(tail), "keys": .int(count), "result": .string(result)])
    }

    private static func logLoaded(_ registry: Registry, _ services: Services) {
        let shown = registry.keys.map { key in
            LogValue.Member(key, .string(registry.displayed(key, mask: services.mask)))
        }
        services.logger.info("config loaded", ["config": .object(shown)])
    }

    // MARK: Toggles

    /// Reads the toggles. While the tab cannot be used they are read again every five minutes.
    @discardableResult
    public func loadToggles() async -> [(key: String, wasOn: Bool, isOn: Bool)] {
        let registry = registry
        let tab = registry[\.tabs.featureToggles]
        let changes = toggles.take(
            await readToggles(tab), tab: tab, mention: registry.adminMention, at: services.calendar.now)
        if toggles.isUnusable {
            services.logger.warning("feature toggle refresh failed", ["tab": .string(tab)])
            planRereading()
        } else {
            services.logger.info(
                "feature toggles loaded", ["tab": .string(tab), "rows": .int(toggles.snapshot.rowCount)])
            rereading?.cancel()
            rereading = nil
        }
        services.togglesRead()
        return changes
    }

    private func readToggles(_ tab: String) async -> Result<ToggleTable, Toggles.FailureBox> {
        func failed(_ failure: Toggles.Failure) -> Result<ToggleTable, Toggles.FailureBox> {
            .failure(Toggles.FailureBox(failure: failure))
        }
        // Without the Config tab nobody knows whether the toggles are where they used to be.
        if let error = failures[.recruitment] {
            if case .spreadsheetNotSet = error { return failed(.sheetIDMissing) }
            return failed(
                .configUnreadable(tab: registry[\.sheets.recruitmentConfigTab], reason: String(describing: error)))
        }
        do {
            let key = try key(of: .recruitment)
            let block = try await services.workbook.read(CellRange(tab: tab), of: key, .load)
            let table = try ToggleTable(block)
            noteRepeated(table.repeatedHeaders, in: tab)
            return .success(table)
        } catch WorkbookError.spreadsheetNotSet {
            return failed(.sheetIDMissing)
        } catch ToggleTable.Failure.missingHeaders {
            return failed(.headersMissing(tab: tab))
        } catch ToggleTable.Failure.noRows {
            return failed(.noRows)
        } catch {
            return failed(.tabUnreadable(tab: tab, reason: String(describing: error)))
        }
    }

    private func noteRepeated(_ headers: [String], in tab: String) {
        guard !headers.isEmpty else { return }
        services.logger.warning(
            "sheets: repeated headers, the leftmost counts", ["tab": .string(tab), "headers": .strings(headers)])
    }

    private func planRereading() {
        guard rereading == nil else { return }
        rereading = Task { [calendar = services.calendar] in
            guard (try? await calendar.sleep(for: Self.toggleRetryDelay)) != nil else { return }
            await self.rereadToggles()
        }
    }

    private func rereadToggles() async {
        rereading = nil
        // A Config tab that could not be read is part of the same trouble.
        if failures[.recruitment] != nil { _ = await readConfigTabs() }
        await loadToggles()
    }
}
