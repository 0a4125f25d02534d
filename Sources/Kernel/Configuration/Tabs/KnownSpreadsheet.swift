/// The spreadsheets that the program works with, in the order in which commands list them (runtime chapter, 4.3).
public enum KnownSpreadsheet: String, Sendable, Hashable, CaseIterable {
    case recruitment, onboarding, milestones, leagues

    /// How people call it.
    public var label: String {
        switch self {
        case .recruitment: "Mirralith / Recruitment Sheet"
        case .onboarding: "Onboarding Sheet"
        case .milestones: "Milestones Sheet"
        case .leagues: "Leagues Sheet"
        }
    }

    /// The setting that holds its id.
    public var idSetting: Setting<String?> {
        switch self {
        case .recruitment: Settings.all.sheets.recruitmentSheet
        case .onboarding: Settings.all.sheets.onboardingSheet
        case .milestones: Settings.all.sheets.milestonesSheet
        case .leagues: Settings.all.sheets.leaguesSheet
        }
    }

    /// The setting that names its Config tab.
    public var configTabSetting: Setting<String> {
        switch self {
        case .recruitment: Settings.all.sheets.recruitmentConfigTab
        case .onboarding: Settings.all.sheets.onboardingConfigTab
        case .milestones: Settings.all.sheets.milestonesConfigTab
        case .leagues: Settings.all.sheets.leaguesConfigTab
        }
    }
}
