import FoundationEssentials
import SheetsSimulator

/// A simulated Google with a copy of the sample workbook.
struct SimulatedSheets {
    /// The ids under which the copies are known, with their folders; as long as Google's.
    static let spreadsheets = Dictionary(
        uniqueKeysWithValues: ["recruitment", "onboarding", "milestones", "leagues"].map { folder in
            ("1simulated-sheet-id-of-the-copy-\(folder)", folder)
        })

    /// Variables for a bot that reaches the copies at `urls`.
    static func variables(_ urls: SheetsSimulator.BaseURLs, _ credentials: String) -> [String: String] {
        var variables = [
            "GOOGLE_SHEETS_BASE_URL": urls.sheets, "GOOGLE_DRIVE_BASE_URL": urls.drive, "GOOGLE_TOKEN_URL": urls.token,
            "GSPREAD_CREDENTIALS": credentials,
        ]
        for (id, folder) in spreadsheets { variables["\(folder.uppercased())_SHEET_ID"] = id }
        return variables
    }

    /// The folder with the copies.
    let folder: DemoFolder
    /// The simulated Google.
    let simulator: SheetsSimulator
    private let urls: SheetsSimulator.BaseURLs

    static func open(
        from source: String = DemoFolder.sample, recordingFolder: String?
    ) async throws -> SimulatedSheets {
        let folder = try DemoFolder(from: source)
        do {
            let simulator = try SheetsSimulator(
                folder: folder.workbook, spreadsheets: spreadsheets,
                options: .init(recordingFolder: recordingFolder))
            return SimulatedSheets(folder: folder, simulator: simulator, urls: try await simulator.start())
        } catch {
            folder.remove()
            throw error
        }
    }

    /// What a program's environment needs to work with the copies.
    var variables: [String: String] {
        Self.variables(urls, Data(simulator.credentials.utf8).base64EncodedString())
    }

    /// Prints what a client needs; the credentials in Base64, as the environment takes them.
    func announce() {
        Terminal.say("sheets   \(urls.sheets)")
        for (id, folder) in Self.spreadsheets.sorted(by: { $0.value < $1.value }) {
            Terminal.say("\(folder) \(id)")
        }
        Terminal.say("credentials \(Data(simulator.credentials.utf8).base64EncodedString())")
    }

    func close() async {
        await simulator.stop()
        folder.remove()
    }
}
