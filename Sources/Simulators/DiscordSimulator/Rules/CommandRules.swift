import JSON

/// The limits of application commands, and how Discord writes an accepted definition back.
///
/// Source: Discord, *Application Commands*, "Application Command Structure".
struct CommandRules {
    private var characters = 0

    /// Reads a command form; the result has the properties of the command object without its ids.
    static func normalised(
        _ form: JSONValue, at path: [String], isGlobal: Bool, errors: inout FieldErrors
    ) -> (type: Int, name: String, definition: JSONValue) {
        var rules = CommandRules()
        let type = errors.number(form["type"], in: 1...3, at: path + ["type"]) ?? 1
        let name = rules.name(form["name"], isSlash: type == 1, at: path, errors: &errors)
        var shown = JSONObject()
        shown["type"] = .int(type)
        shown["name"] = .string(name)
        if type == 1 {
            shown["description"] = .string(rules.description(form["description"], at: path, errors: &errors))
        } else {
            if form["description"]?.string?.isEmpty == false {
                errors.add(
                    path + ["description"], "APPLICATION_COMMAND_INVALID_DESCRIPTION",
                    "Context menu commands cannot have description")
            }
            shown["description"] = ""
        }
        shown["default_member_permissions"] = permissions(form["default_member_permissions"], at: path, errors: &errors)
        shown["nsfw"] = .bool(errors.flag(form["nsfw"], at: path + ["nsfw"]) ?? false)
        for key in ["name_localizations", "description_localizations"] {
            if let texts = form[key], texts.object?.keys.isEmpty == false { shown[key] = texts }
        }
        if isGlobal {
            shown["dm_permission"] = .bool(errors.flag(form["dm_permission"], at: path + ["dm_permission"]) ?? true)
            if let contexts = form["contexts"], !contexts.isNull { shown["contexts"] = contexts }
        }
        shown["integration_types"] = form["integration_types"]?.unlessNull ?? [0]
        let options = rules.options(form["options"], depth: 0, at: path + ["options"], errors: &errors)
        if !options.isEmpty { shown["options"] = .array(options) }
        if rules.characters > 8000 {
            errors.add(path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")
        }
        return (type, name, .object(shown))
    }

    private static func permissions(_ value: JSONValue?, at path: [String], errors: inout FieldErrors) -> JSONValue {
        guard let value, !value.isNull else { return .null }
        guard let bits = value.snowflake else {
            errors.add(
                path + ["default_member_permissions"], "NUMBER_TYPE_COERCE", "Value \"\(value.text)\" is not int.")
            return .null
        }
        return .string(String(bits))
    }

    private mutating func name(
        _ value: JSONValue?, isSlash: Bool, at path: [String], errors: inout FieldErrors
    ) -> String {
        let name = errors.requiredText(value, 1...32, at: path + ["name"])
        characters += name.utf16.count
        let isWellFormed = name.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "-" || $0 == "_" || $0 == "'"
        }
        if isSlash, !name.isEmpty, !isWellFormed || name != name.lowercased() {
            errors.add(
                path + ["name"], "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
        }
        return name
    }

    private mutating func description(_ value: JSONValue?, at path: [String], errors: inout FieldErrors) -> String {
        let text = errors.requiredText(value, 1...100, at: path + ["description"])
        characters += text.utf16.count
        return text
    }

    private mutating func options(
        _ value: JSONValue?, depth: Int, at path: [String], errors: inout FieldErrors
    ) -> [JSONValue] {
        let list = errors.array(value, atMost: 25, at: path) ?? []
        var names: Set<String> = []
        var sawOptional = false
        let hasGroups = list.contains { ($0["type"]?.int ?? 0) <= 2 }
        return list.enumerated().map { index, option in
            let here = path + [String(index)]
            let type = errors.number(option["type"], in: 1...11, at: here + ["type"]) ?? 3
            if option["type"] == nil { errors.add(here + ["type"], "BASE_TYPE_REQUIRED", "This field is required") }
            if hasGroups != (type <= 2) || type == 2 && depth > 0 || type == 1 && depth > 1 {
                errors.add(
                    here + ["type"], "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                    "Sub-command and sub-command group option types are mutually exclusive to all other types")
            }
            let shown = self.option(option, type: type, depth: depth, at: here, errors: &errors)
            if let name = shown["name"]?.string, !names.insert(name).inserted {
                errors.add(
                    here + ["name"], "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
                    "Option name already exists")
            }
            if type > 2 {
                let isRequired = shown["required"]?.bool == true
                if isRequired, sawOptional {
                    errors.add(
                        here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                        "Required options must be placed before non-required options")
                }
                sawOptional = sawOptional || !isRequired
            }
            return shown
        }
    }

    private mutating func option(
        _ option: JSONValue, type: Int, depth: Int, at path: [String], errors: inout FieldErrors
    ) -> JSONValue {
        var shown = JSONObject()
        shown["type"] = .int(type)
        shown["name"] = .string(name(option["name"], isSlash: true, at: path, errors: &errors))
        shown["description"] = .string(description(option["description"], at: path, errors: &errors))
        for key in ["name_localizations", "description_localizations"] {
            if let texts = option[key], texts.object?.keys.isEmpty == false { shown[key] = texts }
        }
        if type <= 2 {
            let inner = options(option["options"], depth: type == 1 ? 2 : 1, at: path + ["options"], errors: &errors)
            if !inner.isEmpty { shown["options"] = .array(inner) }
            return .object(shown)
        }
        // Discord leaves out what has its default.
        if errors.flag(option["required"], at: path + ["required"]) == true { shown["required"] = true }
        let choices = choices(option["choices"], type: type, at: path + ["choices"], errors: &errors)
        if !choices.isEmpty { shown["choices"] = .array(choices) }
        if errors.flag(option["autocomplete"], at: path + ["autocomplete"]) == true {
            shown["autocomplete"] = true
            if !choices.isEmpty || ![3, 4, 10].contains(type) {
                errors.add(
                    path + ["autocomplete"], "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID",
                    "Autocomplete is not possible for this option")
            }
        }
        bounds(of: option, type: type, into: &shown, at: path, errors: &errors)
        return .object(shown)
    }

    /// What an option's value may be, beyond its type.
    private func bounds(
        of option: JSONValue, type: Int, into shown: inout JSONObject, at path: [String], errors: inout FieldErrors
    ) {
        switch type {
        case 3:
            for (key, range) in [("min_length", 0...6000), ("max_length", 1...6000)] {
                if let length = errors.number(option[key], in: range, at: path + [key]) { shown[key] = .int(length) }
            }
        case 4, 10:
            for key in ["min_value", "max_value"] {
                guard let value = option[key]?.unlessNull else { continue }
                if type == 4 ? value.int == nil : value.double == nil {
                    errors.add(path + [key], "NUMBER_TYPE_COERCE", "Value \"\(value.text)\" is not a number.")
                }
                shown[key] = value
            }
        case 7:
            let here = path + ["channel_types"]
            let types = errors.array(option["channel_types"], atMost: 20, at: here)?.enumerated().compactMap {
                errors.number($1, in: 0...16, at: here + [String($0)])
            }
            if let types { shown["channel_types"] = .array(types.map { .int($0) }) }
        default: break
        }
    }

    private mutating func choices(
        _ value: JSONValue?, type: Int, at path: [String], errors: inout FieldErrors
    ) -> [JSONValue] {
        let list = errors.array(value, atMost: 25, at: path) ?? []
        return list.enumerated().map { index, choice in
            let here = path + [String(index)]
            let name = errors.requiredText(choice["name"], 1...100, at: here + ["name"])
            characters += name.utf16.count
            var shown = JSONObject()
            shown["name"] = .string(name)
            if type == 3 {
                let text = errors.requiredText(choice["value"], 1...100, at: here + ["value"])
                characters += text.utf16.count
                shown["value"] = .string(text)
            } else if let number = choice["value"], number.double != nil {
                shown["value"] = number
            } else {
                errors.add(here + ["value"], "NUMBER_TYPE_COERCE", "Value is not a number.")
            }
            return .object(shown)
        }
    }
}
