import JSON

/// A button as a person sees it.
public struct SimulatedButton: Sendable, Hashable {
    /// The custom id; nil for link buttons.
    public var customID: String?
    /// The text on the button.
    public var label: String
    /// Discord's style number: 1 blue, 2 grey, 3 green, 4 red, 5 link.
    public var style: Int
    /// The emoji on the button.
    public var emoji: EmojiReference?
    /// Where a link button leads.
    public var url: String?
    /// Whether the button is greyed out.
    public var isDisabled: Bool
}

/// A select menu as a person sees it.
public struct SimulatedSelect: Sendable, Hashable {
    /// What the menu offers, with Discord's component numbers.
    public enum Kind: Int, Sendable, Hashable {
        case string = 3
        case user = 5
        case role = 6
        case mentionable = 7
        case channel = 8
    }

    /// One line of a string menu.
    public struct Option: Sendable, Hashable {
        /// The text shown.
        public var label: String
        /// The value sent.
        public var value: String
        /// The second line.
        public var description: String?
        /// Whether it is chosen at first.
        public var isDefault: Bool
    }

    /// The custom id.
    public var customID: String
    /// What the menu offers.
    public var kind: Kind
    /// The text shown when nothing is chosen.
    public var placeholder: String?
    /// The lines of a string menu.
    public var options: [Option]
    /// How many must be chosen at least.
    public var minimum: Int
    /// How many may be chosen at most.
    public var maximum: Int
    /// Whether the menu is greyed out.
    public var isDisabled: Bool
}

extension SimulatedMessage {
    /// All buttons, in reading order.
    public var buttons: [SimulatedButton] {
        Self.flattened(components).compactMap { component in
            guard component["type"]?.int == 2 else { return nil }
            return SimulatedButton(
                customID: component["custom_id"]?.string, label: component["label"]?.string ?? "",
                style: component["style"]?.int ?? 1, emoji: component["emoji"].map(EmojiReference.init(rendered:)),
                url: component["url"]?.string, isDisabled: component["disabled"]?.bool ?? false)
        }
    }

    /// All select menus, in reading order.
    public var selects: [SimulatedSelect] {
        Self.flattened(components).compactMap { component in
            guard let kind = component["type"]?.int.flatMap(SimulatedSelect.Kind.init(rawValue:)) else { return nil }
            return SimulatedSelect(
                customID: component["custom_id"]?.string ?? "", kind: kind,
                placeholder: component["placeholder"]?.string,
                options: (component["options"]?.list ?? []).map {
                    SimulatedSelect.Option(
                        label: $0["label"]?.string ?? "", value: $0["value"]?.string ?? "",
                        description: $0["description"]?.string, isDefault: $0["default"]?.bool ?? false)
                },
                minimum: component["min_values"]?.int ?? 1, maximum: component["max_values"]?.int ?? 1,
                isDisabled: component["disabled"]?.bool ?? false)
        }
    }

    /// Everything readable in the message, in order: content, embeds (title, description, fields, footer) and text
    /// displays, joined by line breaks.
    public var text: String {
        var lines = [content]
        for embed in embeds {
            lines += [embed["author"]?["name"], embed["title"], embed["description"]].compactMap { $0?.string }
            for field in embed["fields"]?.list ?? [] {
                lines += [field["name"], field["value"]].compactMap { $0?.string }
            }
            lines += [embed["footer"]?["text"]?.string].compactMap(\.self)
        }
        lines += Self.flattened(components).filter { $0["type"]?.int == 10 }.compactMap { $0["content"]?.string }
        return lines.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// Every component, nested ones after their container.
    static func flattened(_ components: [JSONValue]) -> [JSONValue] {
        components.flatMap { component in
            [component] + flattened(component["components"]?.list ?? [])
                + flattened([component["accessory"]].compactMap(\.self))
        }
    }
}

extension EmojiReference {
    /// Reads an emoji object of a component or reaction.
    init(rendered value: JSONValue) {
        self.init(
            id: value["id"]?.string.flatMap(WorldID.init(snowflake:)), name: value["name"]?.string ?? "",
            isAnimated: value["animated"]?.bool ?? false)
    }
}
