extension ModalPayload: LimitedPayload {
    /// Everything that Discord would refuse.
    public var violations: [LimitViolation] {
        LimitChecker.violations { checker in
            checker.text("custom_id", customID, limit: Limits.customID, minimum: 1)
            checker.text("title", title, limit: Limits.modalTitle, minimum: 1)
            checker.count("components", components.count, limit: Limits.modalComponents, minimum: 1)
            checker.each("components", components) { $0.modalComponent($1) }
            checker.unique("components", components.flattened.compactMap(\.customID))
        }
    }
}

extension LimitChecker {
    /// Components of a message: up to five rows.
    mutating func messageComponents(_ components: [Component]) {
        count("components", components.count, limit: Limits.rows)
        each("components", components) { checker, component in
            switch component {
            case .actionRow(let row): checker.messageRow(row)
            case .text(let text): checker.text("content", text, limit: Limits.textComponent, minimum: 1)
            case .button, .select: checker.refuse(.invalid("must be inside a row"))
            case .textInput, .label: checker.refuse(.invalid("is for modals only"))
            case .unknown: checker.refuse(.invalid("cannot be sent"))
            }
        }
        unique("components", components.flattened.compactMap(\.customID))
    }

    private mutating func messageRow(_ row: ActionRow) {
        count("components", row.components.count, limit: Limits.buttonsPerRow, minimum: 1)
        var selects = 0
        each("components", row.components) { checker, component in
            switch component {
            case .button(let button): checker.button(button)
            case .select(let select):
                selects += 1
                checker.select(select)
            case .actionRow, .textInput, .label, .text, .unknown:
                checker.refuse(.invalid("is neither a button nor a menu"))
            }
        }
        if selects > 0, row.components.count > 1 { refuse(.invalid("a menu fills its row"), at: "components") }
    }

    mutating func modalComponent(_ component: Component) {
        switch component {
        case .actionRow(let row):
            count("components", row.components.count, limit: 1, minimum: 1)
            each("components", row.components) { checker, component in
                guard case .textInput(let input) = component else {
                    return checker.refuse(.invalid("is no text input"))
                }
                checker.text("label", input.label ?? "", limit: Limits.inputLabel, minimum: 1)
                checker.textInput(input)
            }
        case .label(let label):
            text("label", label.label, limit: Limits.inputLabel, minimum: 1)
            text("description", label.description, limit: Limits.labelDescription, minimum: 1)
            inside("component") { checker in
                switch label.component {
                case .textInput(let input): checker.textInput(input)
                case .select(let select): checker.select(select)
                default: checker.refuse(.invalid("is neither a text input nor a menu"))
                }
            }
        case .text(let content):
            text("content", content, limit: Limits.textComponent, minimum: 1)
        case .button, .select, .textInput, .unknown:
            refuse(.invalid("is neither a row, a label nor text"))
        }
    }

    private mutating func button(_ button: Button) {
        text("label", button.label, limit: Limits.buttonLabel)
        if (button.label ?? "").isBlank, button.emoji == nil {
            refuse(.invalid("a button needs a label or an emoji"))
        }
        if button.style == .link {
            url("url", button.url ?? "", limit: Limits.buttonURL, schemes: ["https", "http", "discord"])
            if button.customID != nil { refuse(.invalid("a link has no custom id"), at: "custom_id") }
        } else {
            text("custom_id", button.customID ?? "", limit: Limits.customID, minimum: 1)
            if button.url != nil { refuse(.invalid("only a link has an address"), at: "url") }
        }
    }

    private mutating func select(_ select: SelectMenu) {
        text("custom_id", select.customID, limit: Limits.customID, minimum: 1)
        text("placeholder", select.placeholder, limit: Limits.selectPlaceholder)
        var choices = Limits.selectOptions
        if case .options(let options) = select.choices {
            count("options", options.count, limit: Limits.selectOptions, minimum: 1)
            each("options", options) { checker, option in
                checker.text("label", option.label, limit: Limits.optionText, minimum: 1)
                checker.text("value", option.value, limit: Limits.optionText, minimum: 1)
                checker.text("description", option.description, limit: Limits.optionText)
            }
            unique("options", options.map(\.value))
            choices = min(choices, max(1, options.count))
            count("options", options.filter(\.isDefault).count, limit: max(1, select.maximumValues))
            if !select.defaultValues.isEmpty {
                refuse(.invalid("options say themselves whether they are selected"), at: "default_values")
            }
        }
        range("max_values", select.maximumValues, 1...choices)
        range("min_values", select.minimumValues, 0...max(0, select.maximumValues))
        count("default_values", select.defaultValues.count, limit: max(1, select.maximumValues))
    }

    private mutating func textInput(_ input: TextInput) {
        text("custom_id", input.customID, limit: Limits.customID, minimum: 1)
        text("placeholder", input.placeholder, limit: Limits.inputPlaceholder)
        text("value", input.value, limit: input.maximumLength ?? Limits.inputValue)
        range("max_length", input.maximumLength, 1...Limits.inputValue)
        range("min_length", input.minimumLength, 0...(input.maximumLength ?? Limits.inputValue))
    }
}
