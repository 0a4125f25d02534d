@testable import Configuration

extension Subject {
    /// Every type of setting keeps its bounds, and reads its own description as the same value.
    static let settings = text("settings") { text in
        guard text.contains(where: { !$0.isWhitespace }) else { return }
        for type in settingTypes {
            let value: SettingValue
            switch type.parse(text) {
            case .value(let read), .clamped(let read, _): value = read
            case .unusable: continue
            }
            switch (type, value) {
            case (.integer(let bounds), .integer(let number)):
                try promise(bounds.contains(number), "\(number) outside its bounds")
            case (.decimal(let bounds), .decimal(let number)):
                try promise(bounds.contains(number), "\(number) outside its bounds")
            case (_, .id(let id)): try promise(id > 0, "id 0")
            case (_, .ids(let ids)): try promise(Set(ids).count == ids.count && !ids.contains(0), "\(ids)")
            default: break
            }
            // A mark at an item's beginning would join the comma before it.
            guard text.utf8.allSatisfy({ $0 < 0x80 }), value.description.contains(where: { !$0.isWhitespace }) else {
                continue
            }
            try promise(type.parse(value.description) == .value(value), "\(type) does not read its own \(value)")
        }
    }

    private static let settingTypes: [SettingType] = [
        .text, .lowercasedText, .word(["json", "text"]), .integer(-5...3600), .decimal(0.2...0.95), .flag, .wideFlag,
        .truth, .id, .ids, .strictID, .strictIDs, .looseIDs, .list, .phrases, .time, .clampedTime, .safeURL, .tag,
    ]
}
