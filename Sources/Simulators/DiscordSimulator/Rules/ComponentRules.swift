import JSON

/// The limits of message components, and how Discord writes accepted components back.
///
/// Source: Discord, *Components*, "Component Reference".
struct ComponentRules {
    /// Where the components stand.
    enum Place {
        /// A message without `IS_COMPONENTS_V2`: only action rows.
        case classicMessage
        /// A message with `IS_COMPONENTS_V2`.
        case layoutMessage
        /// A form.
        case modal
    }

    private let place: Place
    private let attachmentURLs: [String: String]
    private var customIDs: Set<String> = []
    private var lastID = 0
    private var count = 0
    private var textLength = 0

    init(_ place: Place, attachmentURLs: [String: String] = [:]) {
        self.place = place
        self.attachmentURLs = attachmentURLs
    }

    /// Reads the components of a form; nil where the form has none.
    static func normalised(
        _ value: JSONValue?, _ place: Place, attachmentURLs: [String: String] = [:], errors: inout FieldErrors
    ) -> [JSONValue]? {
        let path = place == .modal ? ["data", "components"] : ["components"]
        guard let list = errors.array(value, atMost: place == .layoutMessage ? 40 : 5, at: path) else { return nil }
        var rules = ComponentRules(place, attachmentURLs: attachmentURLs)
        let shown = list.enumerated().map { rules.topLevel($1, at: path + [String($0)], errors: &errors) }
        if rules.count > 40 {
            errors.add(path, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The total number of components exceeds 40.")
        }
        if rules.textLength > 4000 {
            errors.add(
                path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
                "The total displayable text of all components exceeds 4000.")
        }
        return shown
    }

    private mutating func topLevel(_ component: JSONValue, at path: [String], errors: inout FieldErrors) -> JSONValue {
        let allowed: Set<Int> =
            switch place {
            case .classicMessage: [1]
            case .layoutMessage: [1, 9, 10, 12, 13, 14, 17]
            case .modal: [1, 10, 18]
            }
        return normalised(component, among: allowed, at: path, errors: &errors)
    }

    private mutating func normalised(
        _ component: JSONValue, among allowed: Set<Int>, at path: [String], errors: inout FieldErrors
    ) -> JSONValue {
        guard let type = component["type"]?.int, allowed.contains(type) else {
            let types = allowed.sorted().map(String.init).joined(separator: ", ")
            errors.add(path + ["type"], "BASE_TYPE_CHOICES", "Value of field \"type\" must be one of (\(types)).")
            return .null
        }
        count += 1
        lastID += 1
        var shown = JSONObject()
        shown["type"] = .int(type)
        shown["id"] = .int(component["id"]?.int.flatMap { $0 > 0 ? $0 : nil } ?? lastID)
        switch type {
        case 1: actionRow(component, &shown, at: path, errors: &errors)
        case 2: button(component, &shown, at: path, errors: &errors)
        case 3, 5, 6, 7, 8: select(component, type: type, &shown, at: path, errors: &errors)
        case 4: textInput(component, &shown, at: path, errors: &errors)
        case 9: section(component, &shown, at: path, errors: &errors)
        case 10: textDisplay(component, &shown, at: path, errors: &errors)
        case 11: media(component["media"], into: &shown, under: "media", component, at: path, errors: &errors)
        case 12: gallery(component, &shown, at: path, errors: &errors)
        case 13: file(component, &shown, at: path, errors: &errors)
        case 14:
            shown["spacing"] = .int(errors.number(component["spacing"], in: 1...2, at: path + ["spacing"]) ?? 1)
            shown["divider"] = .bool(errors.flag(component["divider"], at: path + ["divider"]) ?? true)
        case 17: container(component, &shown, at: path, errors: &errors)
        default: label(component, &shown, at: path, errors: &errors)
        }
        return .object(shown)
    }

    private mutating func children(
        _ component: JSONValue, _ limits: ClosedRange<Int>, among allowed: Set<Int>, at path: [String],
        errors: inout FieldErrors
    ) -> [JSONValue] {
        let here = path + ["components"]
        let list = errors.array(component["components"], atMost: limits.upperBound, at: here) ?? []
        if list.count < limits.lowerBound {
            errors.add(
                here, "BASE_TYPE_BAD_LENGTH", "Must be between \(limits.lowerBound) and \(limits.upperBound) in length."
            )
        }
        return list.enumerated().map { normalised($1, among: allowed, at: here + [String($0)], errors: &errors) }
    }

    // MARK: Interactive components

    private mutating func actionRow(
        _ component: JSONValue, _ shown: inout JSONObject, at path: [String], errors: inout FieldErrors
    ) {
        let allowed: Set<Int> = place == .modal ? [4] : [2, 3, 5, 6, 7, 8]
        let inner = children(component, 1...5, among: allowed, at: path, errors: &errors)
        if inner.count > 1, inner.contains(where: { $0["type"]?.int != 2 }) {
            errors.add(
                path + ["components"], "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
                "The specified component exceeds the maximum width")
        }
        shown["components"] = .array(inner)
    }

    private mutating func customID(_ component: JSONValue, at path: [String], errors: inout FieldErrors) -> JSONValue {
        let id = errors.requiredText(component["custom_id"], 1...100, at: path + ["custom_id"])
        if !id.isEmpty, !customIDs.insert(id).inserted {
            errors.add(
                path + ["custom_id"], "COMPONENT_CUSTOM_ID_DUPLICATED",
                "Component custom id cannot be duplicated")
        }
        return .string(id)
    }

    private mutating func button(
        _ component: JSONValue, _ shown: inout JSONObject, at path: [String], errors: inout FieldErrors
    ) {
        guard let style = errors.number(component["style"], in: 1...5, at: path + ["style"]) else {
            return errors.add(path + ["style"], "BASE_TYPE_REQUIRED", "This field is required")
        }
        shown["style"] = .int(style)
        let label = errors.text(component["label"], upTo: 80, at: path + ["label"])
        if let label, !label.isEmpty { shown["label"] = .string(label) }
        emoji(component["emoji"], &shown, at: path, errors: &errors)
        if shown["label"] == nil, shown["emoji"] == nil {
            errors.add(path, "BUTTON_COMPONENT_INVALID_LABEL", "A button needs a label or an emoji")
        }
        if style == 5 {
            let url = errors.requiredText(component["url"], 1...512, at: path + ["url"])
            if !url.isEmpty { errors.url(url, schemes: ["http", "https", "discord"], at: path + ["url"]) }
            shown["url"] = .string(url)
            if component["custom_id"]?.string != nil {
                errors.add(
                    path + ["custom_id"], "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                    "A custom id and url cannot both be specified")
            }
        } else {
            shown["custom_id"] = customID(component, at: path, errors: &errors)
            if component["url"]?.string != nil {
                errors.add(
                    path + ["url"], "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                    "A custom id and url cannot both be specified")
            }
        }
        if errors.flag(component["disabled"], at: path + ["disabled"]) == true { shown["disabled"] = true }
    }

    private func emoji(
        _ value: JSONValue?, _ shown: inout JSONObject, at path: [String], errors: inout FieldErrors
    ) {
        guard let value, !value.isNull else { return }
        let id = errors.snowflake(value["id"], at: path + ["emoji", "id"])
        let name = errors.text(value["name"], upTo: 100, at: path + ["emoji", "name"])
        guard id != nil || name.map(EmojiRules.isEmoji) == true else {
            return errors.add(path + ["emoji", "name"], "COMPONENT_INVALID_EMOJI", "Invalid emoji")
        }
        var emoji = JSONObject()
        if let id { emoji["id"] = .id(id) }
        emoji["name"] = .string(name ?? "_")
        if value["animated"]?.bool == true { emoji["animated"] = true }
        shown["emoji"] = .object(emoji)
    }

    private mutating func select(
        _ component: JSONValue, type: Int, _ shown: inout JSONObject, at path: [String], errors: inout FieldErrors
    ) {
        shown["custom_id"] = customID(component, at: path, errors: &errors)
        if let placeholder = errors.text(component["placeholder"], upTo: 150, at: path + ["placeholder"]) {
            shown["placeholder"] = .string(placeholder)
        }
        let minimum = errors.number(component["min_values"], in: 0...25, at: path + ["min_values"]) ?? 1
        let maximum = errors.number(component["max_values"], in: 1...25, at: path + ["max_values"]) ?? 1
        shown["min_values"] = .int(minimum)
        shown["max_values"] = .int(maximum)
        if minimum > maximum {
            errors.add(path + ["min_values"], "BASE_TYPE_BAD_LENGTH", "min_values must not exceed max_values")
        }
        if place == .modal {
            shown["required"] = .bool(errors.flag(component["required"], at: path + ["required"]) ?? true)
        } else if errors.flag(component["disabled"], at: path + ["disabled"]) == true {
            shown["disabled"] = true
        }
        if type == 3 {
            let options = options(component["options"], at: path + ["options"], errors: &errors)
            if maximum > options.count {
                errors.add(
                    path + ["max_values"], "SELECT_COMPONENT_MAX_VALUES_EXCEEDS_OPTIONS",
                    "max_values must not exceed the number of options")
            }
            shown["options"] = .array(options)
        }
        if type == 8, let types = component["channel_types"], !types.isNull { shown["channel_types"] = types }
        if type != 3, let defaults = component["default_values"]?.list, !defaults.isEmpty {
            shown["default_values"] = .array(defaults)
        }
    }

    private func options(_ value: JSONValue?, at path: [String], errors: inout FieldErrors) -> [JSONValue] {
        let list = errors.array(value, atMost: 25, at: path) ?? []
        if list.isEmpty { errors.add(path, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.") }
        var values: Set<String> = []
        return list.enumerated().map { index, option in
            let here = path + [String(index)]
            var shown = JSONObject()
            let text = errors.requiredText(option["value"], 1...100, at: here + ["value"])
            if !values.insert(text).inserted {
                errors.add(
                    here + ["value"], "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                    "The specified option value is already used")
            }
            shown["label"] = .string(errors.requiredText(option["label"], 1...100, at: here + ["label"]))
            shown["value"] = .string(text)
            if let description = errors.text(option["description"], upTo: 100, at: here + ["description"]) {
                shown["description"] = .string(description)
            }
            emoji(option["emoji"], &shown, at: here, errors: &errors)
            if errors.flag(option["default"], at: here + ["default"]) == true { shown["default"] = true }
            return .object(shown)
        }
    }

    private mutating func textInput(
        _ component: JSONValue, _ shown: inout JSONObject, at path: [String], errors: inout FieldErrors
    ) {
        shown["custom_id"] = customID(component, at: path, errors: &errors)
        guard let style = errors.number(component["style"], in: 1...2, at: path + ["style"]) else {
            return errors.add(path + ["style"], "BASE_TYPE_REQUIRED", "This field is required")
        }
        shown["style"] = .int(style)
        if let label = errors.text(component["label"], upTo: 45, at: path + ["label"]) {
            shown["label"] = .string(label)
        }
        let minimum = errors.number(component["min_length"], in: 0...4000, at: path + ["min_length"])
        let maximum = errors.number(component["max_length"], in: 1...4000, at: path + ["max_length"])
        if let minimum { shown["min_length"] = .int(minimum) }
        if let maximum { shown["max_length"] = .int(maximum) }
        if let minimum, let maximum, minimum > maximum {
            errors.add(path + ["min_length"], "BASE_TYPE_BAD_LENGTH", "min_length must not exceed max_length")
        }
        if let value = errors.text(component["value"], upTo: min(maximum ?? 4000, 4000), at: path + ["value"]) {
            shown["value"] = .string(value)
        }
        if let placeholder = errors.text(component["placeholder"], upTo: 100, at: path + ["placeholder"]) {
            shown["placeholder"] = .string(placeholder)
        }
        shown["required"] = .bool(errors.flag(component["required"], at: path + ["required"]) ?? true)
    }

    private mutating func label(
        _ component: JSONValue, _ shown: inout JSONObject, at path: [String], errors: inout FieldErrors
    ) {
        shown["label"] = .string(errors.requiredText(component["label"], 1...45, at: path + ["label"]))
        if let text = errors.text(component["description"], upTo: 100, at: path + ["description"]) {
            shown["description"] = .string(text)
        }
        let inner = component["component"] ?? .null
        shown["component"] = normalised(
            inner, among: [3, 4, 5, 6, 7, 8], at: path + ["component"], errors: &errors)
    }

    // MARK: Layout and content components

    private mutating func section(
        _ component: JSONValue, _ shown: inout JSONObject, at path: [String], errors: inout FieldErrors
    ) {
        shown["components"] = .array(children(component, 1...3, among: [10], at: path, errors: &errors))
        let accessory = component["accessory"] ?? .null
        shown["accessory"] = normalised(accessory, among: [2, 11], at: path + ["accessory"], errors: &errors)
    }

    private mutating func textDisplay(
        _ component: JSONValue, _ shown: inout JSONObject, at path: [String], errors: inout FieldErrors
    ) {
        let content = errors.requiredText(component["content"], 1...4000, at: path + ["content"])
        textLength += content.utf16.count
        shown["content"] = .string(content)
    }

    private mutating func container(
        _ component: JSONValue, _ shown: inout JSONObject, at path: [String], errors: inout FieldErrors
    ) {
        let color = errors.number(component["accent_color"], in: 0...0xFF_FFFF, at: path + ["accent_color"])
        shown["accent_color"] = color.map { .int($0) } ?? .null
        shown["components"] = .array(
            children(component, 1...39, among: [1, 9, 10, 12, 13, 14], at: path, errors: &errors))
        shown["spoiler"] = .bool(errors.flag(component["spoiler"], at: path + ["spoiler"]) ?? false)
    }

    private mutating func gallery(
        _ component: JSONValue, _ shown: inout JSONObject, at path: [String], errors: inout FieldErrors
    ) {
        let here = path + ["items"]
        let list = errors.array(component["items"], atMost: 10, at: here) ?? []
        if list.isEmpty { errors.add(here, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 10 in length.") }
        shown["items"] = .array(
            list.enumerated().map { index, item in
                var shown = JSONObject()
                media(
                    item["media"], into: &shown, under: "media", item, at: here + [String(index)], errors: &errors)
                return .object(shown)
            })
    }

    private mutating func media(
        _ value: JSONValue?, into shown: inout JSONObject, under key: String, _ component: JSONValue, at path: [String],
        errors: inout FieldErrors
    ) {
        shown[key] = unfurled(value, schemes: ["http", "https", "attachment"], at: path + [key], errors: &errors)
        shown["description"] = .text(errors.text(component["description"], upTo: 1024, at: path + ["description"]))
        shown["spoiler"] = .bool(errors.flag(component["spoiler"], at: path + ["spoiler"]) ?? false)
    }

    private mutating func file(
        _ component: JSONValue, _ shown: inout JSONObject, at path: [String], errors: inout FieldErrors
    ) {
        shown["file"] = unfurled(component["file"], schemes: ["attachment"], at: path + ["file"], errors: &errors)
        let name = component["file"]?["url"]?.string.map { String($0.dropFirst("attachment://".count)) }
        shown["name"] = .text(name)
        shown["size"] = .null
        shown["spoiler"] = .bool(errors.flag(component["spoiler"], at: path + ["spoiler"]) ?? false)
    }

    private func unfurled(
        _ value: JSONValue?, schemes: [String], at path: [String], errors: inout FieldErrors
    ) -> JSONValue {
        let url = errors.requiredText(value?["url"], 1...2048, at: path + ["url"])
        if !url.isEmpty { errors.url(url, schemes: schemes, at: path + ["url"]) }
        var shown = url
        if url.hasPrefix("attachment://") {
            let name = String(url.dropFirst("attachment://".count))
            if let address = attachmentURLs[name] {
                shown = address
            } else {
                errors.add(
                    path + ["url"], "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", "Attachment not found")
            }
        }
        return ["id": "0", "url": .string(shown), "proxy_url": .string(shown)]
    }

    /// The names of the files that components show.
    static func namesShown(in components: JSONValue?) -> Set<String> {
        var names: Set<String> = []
        for component in SimulatedMessage.flattened(components?.list ?? []) {
            let items = component["items"]?.list ?? []
            let urls =
                [component["media"]?["url"], component["file"]?["url"]] + items.map { $0["media"]?["url"] }
            for case let url? in urls.map({ $0?.string }) where url.hasPrefix("attachment://") {
                names.insert(String(url.dropFirst("attachment://".count)))
            }
        }
        return names
    }
}
