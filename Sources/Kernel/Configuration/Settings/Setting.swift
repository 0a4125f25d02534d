public import Service

/// Where a setting may come from, and which source wins (runtime chapter, section 4.4).
public enum SettingLayers: Sendable, Hashable {
    /// Milestones, onboarding and recruitment Config tab, then the environment.
    case tabsFirst
    /// The environment alone.
    case environmentOnly
    /// Recruitment Config tab, then the environment: the lists that decide who may do what.
    case accessList
    /// Recruitment Config tab, then the environment: spreadsheet ids, as a tab cannot redirect itself.
    case spreadsheetID
    /// The environment, then the milestones Config tab.
    case environmentThenMilestones
    /// The environment, then milestones, onboarding and recruitment Config tab.
    case environmentFirst
}

/// The declaration of one setting, whatever its type of value. Parsing, warnings, masking, display and documentation
/// derive from it.
public struct SettingDeclaration: Sendable {
    /// The name, in upper case.
    public let name: String
    /// How its text is read.
    public let type: SettingType
    /// Its value when no source has a usable one; nil if it is then unset.
    public let fallback: SettingValue?
    /// Where it may come from.
    public let layers: SettingLayers
    /// Whether its value must never be shown.
    public let isSecret: Bool
    /// Whether it is shown to operators without having an effect.
    public let isUnused: Bool
    /// What it is for, one line.
    public let note: String
}

/// A setting with a type of value; how the program asks for it: `registry[\.channels.log]`.
public struct Setting<Value: SettingRepresentable>: Sendable {
    /// What is known of the setting.
    public let declaration: SettingDeclaration
    /// The value when no source has a usable one.
    public let fallback: Value

    init(
        _ name: String, _ type: SettingType, default fallback: Value, layers: SettingLayers = .tabsFirst,
        isSecret: Bool = false, isUnused: Bool = false, _ note: String = ""
    ) {
        self.fallback = fallback
        declaration = SettingDeclaration(
            name: name, type: type, fallback: fallback.settingValue, layers: layers, isSecret: isSecret,
            isUnused: isUnused, note: note)
    }
}

extension Setting {
    init<Wrapped>(
        _ name: String, _ type: SettingType, layers: SettingLayers = .tabsFirst, isSecret: Bool = false,
        isUnused: Bool = false, _ note: String = ""
    ) where Value == Wrapped? {
        self.init(name, type, default: nil, layers: layers, isSecret: isSecret, isUnused: isUnused, note)
    }
}

/// A type that values of settings can be turned into.
public protocol SettingRepresentable: Sendable {
    /// The value, if it is of this type.
    init?(_ value: SettingValue)
    /// The value for display; nil if it stands for nothing.
    var settingValue: SettingValue? { get }
}

extension String: SettingRepresentable {
    /// A text.
    public init?(_ value: SettingValue) {
        guard case .text(let text) = value else { return nil }
        self = text
    }
    /// The text; nothing if it is empty.
    public var settingValue: SettingValue? { isEmpty ? nil : .text(self) }
}

extension Int: SettingRepresentable {
    /// A whole number.
    public init?(_ value: SettingValue) {
        guard case .integer(let number) = value else { return nil }
        self = number
    }
    /// The number.
    public var settingValue: SettingValue? { .integer(self) }
}

extension Double: SettingRepresentable {
    /// A number.
    public init?(_ value: SettingValue) {
        guard case .decimal(let number) = value else { return nil }
        self = number
    }
    /// The number.
    public var settingValue: SettingValue? { .decimal(self) }
}

extension Bool: SettingRepresentable {
    /// A truth value.
    public init?(_ value: SettingValue) {
        guard case .flag(let flag) = value else { return nil }
        self = flag
    }
    /// The truth value.
    public var settingValue: SettingValue? { .flag(self) }
}

extension UInt64: SettingRepresentable {
    /// An id.
    public init?(_ value: SettingValue) {
        guard case .id(let id) = value else { return nil }
        self = id
    }
    /// The id.
    public var settingValue: SettingValue? { .id(self) }
}

extension TimeOfDay: SettingRepresentable {
    /// A time of day.
    public init?(_ value: SettingValue) {
        guard case .time(let time) = value else { return nil }
        self = time
    }
    /// The time.
    public var settingValue: SettingValue? { .time(self) }
}

extension Set<UInt64>: SettingRepresentable {
    /// Ids.
    public init?(_ value: SettingValue) {
        guard case .ids(let ids) = value else { return nil }
        self.init(ids)
    }
    /// The ids in ascending order; nothing if there is none.
    public var settingValue: SettingValue? { isEmpty ? nil : .ids(sorted()) }
}

/// A type whose lists can be values of settings.
public protocol SettingListElement: Sendable {
    /// The list that a value holds, if it holds one of this type.
    static func list(in value: SettingValue) -> [Self]?
    /// A list as a value.
    static func value(of list: [Self]) -> SettingValue
}

extension UInt64: SettingListElement {
    /// Ids in order.
    public static func list(in value: SettingValue) -> [UInt64]? {
        if case .ids(let ids) = value { ids } else { nil }
    }
    /// Ids in order.
    public static func value(of list: [UInt64]) -> SettingValue { .ids(list) }
}

extension String: SettingListElement {
    /// Texts in order.
    public static func list(in value: SettingValue) -> [String]? {
        if case .list(let items) = value { items } else { nil }
    }
    /// Texts in order.
    public static func value(of list: [String]) -> SettingValue { .list(list) }
}

extension Array: SettingRepresentable where Element: SettingListElement {
    /// A list.
    public init?(_ value: SettingValue) {
        guard let list = Element.list(in: value) else { return nil }
        self = list
    }
    /// The list; nothing if it is empty.
    public var settingValue: SettingValue? { isEmpty ? nil : Element.value(of: self) }
}

extension Optional: SettingRepresentable where Wrapped: SettingRepresentable {
    /// A value of the wrapped type.
    public init?(_ value: SettingValue) {
        guard let wrapped = Wrapped(value) else { return nil }
        self = .some(wrapped)
    }
    /// The value, if there is one.
    public var settingValue: SettingValue? { flatMap(\.settingValue) }
}
