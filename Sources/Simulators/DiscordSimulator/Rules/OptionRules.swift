import JSON

/// What may stand in an option of a slash command when it is run.
///
/// Source: Discord, *Application Commands*, "Application Command Option Structure".
enum OptionRules {
    /// Refuses a value that the option does not take.
    static func check(_ value: JSONValue, for option: JSONValue) throws(APIError) {
        let name = option["name"]?.string ?? ""
        if let choices = option["choices"]?.list, !choices.isEmpty {
            guard choices.contains(where: { $0["value"] == value }) else {
                throw .invalid(
                    [name], "BASE_TYPE_CHOICES", "Value must be one of the choices of this option.")
            }
            return
        }
        switch option["type"]?.int ?? 3 {
        case 3: try check(text: value, of: option, name)
        case 4: try check(number: value.int.map(Double.init), of: option, name)
        case 5:
            guard value.bool != nil else {
                throw .invalid([name], "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
            }
        case 10: try check(number: value.double, of: option, name)
        default:
            guard value.snowflake != nil else {
                throw .invalid([name], "NUMBER_TYPE_COERCE", "Value \"\(value.text)\" is not snowflake.")
            }
        }
    }

    private static func check(text value: JSONValue, of option: JSONValue, _ name: String) throws(APIError) {
        let range = (option["min_length"]?.int ?? 1)...(option["max_length"]?.int ?? 6000)
        guard let text = value.string, range.contains(text.utf16.count) else {
            throw .invalid(
                [name], "BASE_TYPE_BAD_LENGTH",
                "Must be between \(range.lowerBound) and \(range.upperBound) in length.")
        }
    }

    private static func check(number: Double?, of option: JSONValue, _ name: String) throws(APIError) {
        guard let number else { throw .invalid([name], "NUMBER_TYPE_COERCE", "Value is not a number.") }
        if let least = option["min_value"]?.double, number < least {
            throw .invalid([name], "NUMBER_TYPE_MIN", "Value should be greater than or equal to \(least).")
        }
        if let most = option["max_value"]?.double, number > most {
            throw .invalid([name], "NUMBER_TYPE_MAX", "Value should be less than or equal to \(most).")
        }
    }
}
