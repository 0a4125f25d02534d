import Bot
import Cluster
import Discord

/// The four menus and five buttons of a search panel: how they show a filter, what using one makes of it, and what filter
/// a posted panel shows. Source: recruitment chapter, sections 6.3 and 7.2.
struct FilterControls: Sendable {
    /// A control, by the last part of its custom id's name.
    enum Control: String, Sendable, CaseIterable {
        case clanBoss = "cb"
        case hydra, chimera
        case playstyle = "style"
        case cvc, siege, roster, reset, search
    }

    /// The beginning of the names in custom ids.
    let prefix: String
    /// What there is to choose from.
    let choices: FilterChoices
    /// The button's label while the roster does not count.
    let anyRosterLabel: String

    /// Those of `!clanmatch`.
    static let recruiter = FilterControls(prefix: "rp", choices: .recruiter, anyRosterLabel: "Any Roster")
    /// Those of `!clansearch`.
    static let member = FilterControls(prefix: "mf", choices: .member, anyRosterLabel: "Open or Full (no filter)")

    /// The name in a control's custom id.
    func name(of control: Control) -> String { "\(prefix)_\(control.rawValue)" }

    /// The control with a name.
    func control(named name: String) -> Control? {
        Control.allCases.first { self.name(of: $0) == name }
    }

    // MARK: Using

    /// What a filter becomes when a control is used.
    /// - Parameter values: what was chosen in a menu; none clears it. A value that is not on offer changes nothing.
    func filter(_ filter: ClanFilter, after control: Control, choosing values: [String] = []) -> ClanFilter {
        var filter = filter
        switch control {
        case .clanBoss, .hydra, .chimera, .playstyle:
            let menu = menu(control)
            if let value = values.first {
                if menu.words.contains(value) { filter[keyPath: menu.path] = value }
            } else {
                filter[keyPath: menu.path] = nil
            }
        case .cvc: filter.playsCvC = FilterChoices.flag(after: filter.playsCvC)
        case .siege: filter.playsSiege = FilterChoices.flag(after: filter.playsSiege)
        case .roster: filter.roster = choices.roster(after: filter.roster)
        case .reset: filter = .initial
        case .search: break
        }
        return filter
    }

    // MARK: Showing

    /// The rows of a panel that shows a filter.
    func rows(_ filter: ClanFilter, owner: UserID, isDisabled: Bool = false) -> [Component] {
        let menus = [Control.clanBoss, .hydra, .chimera, .playstyle].map { control in
            let menu = menu(control)
            let chosen = filter[keyPath: menu.path]
            return Component.row(
                SelectMenu(
                    customID: OwnedID.text(name(of: control), owner),
                    choices: .options(
                        menu.words.map { SelectOption(label: $0, value: $0, isDefault: $0 == chosen) }),
                    placeholder: menu.placeholder, minimumValues: 0, isDisabled: isDisabled))
        }
        let button = { (control: Control, style: Button.Style, label: String) in
            Button(style, label, customID: OwnedID.text(name(of: control), owner), isDisabled: isDisabled)
        }
        let (rosterLabel, rosterStyle) = roster(filter.roster)
        return menus + [
            .row(
                button(.cvc, Self.style(of: filter.playsCvC), Self.label("CvC", filter.playsCvC)),
                button(.siege, Self.style(of: filter.playsSiege), Self.label("Siege", filter.playsSiege)),
                button(.roster, rosterStyle, rosterLabel),
                button(.reset, .secondary, "Reset"),
                button(.search, .primary, "Search Clans"))
        ]
    }

    // MARK: Reading

    /// The filter that a posted panel shows; nil where it has none of these controls. Menus are known by their custom id,
    /// else by their placeholder: those of earlier deployments had ids of chance.
    func filter(in components: [Component]) -> ClanFilter? {
        var filter = ClanFilter()
        var isPanel = false
        for component in components.flattened {
            switch component {
            case .select(let select):
                guard let menu = menu(of: select), case .options(let options) = select.choices else { continue }
                isPanel = true
                filter[keyPath: menu.path] = options.first { $0.isDefault && menu.words.contains($0.value) }?.value
            case .button(let button):
                guard let control = OwnedID.name(button.customID).flatMap(control) else { continue }
                isPanel = true
                let label = button.label ?? ""
                switch control {
                case .cvc: filter.playsCvC = Self.flag(in: label)
                case .siege: filter.playsSiege = Self.flag(in: label)
                case .roster: filter.roster = choices.rosters.first { roster($0).label == label } ?? .open
                default: break
                }
            default: continue
            }
        }
        return isPanel ? filter : nil
    }

    // MARK: Pieces

    private struct Menu {
        var path: WritableKeyPath<ClanFilter, String?>
        var words: [String]
        var placeholder: String
    }

    private func menu(_ control: Control) -> Menu {
        switch control {
        case .hydra: Menu(path: \.hydra, words: choices.hydra, placeholder: "Hydra Difficulty (optional)")
        case .chimera: Menu(path: \.chimera, words: choices.chimera, placeholder: "Chimera Difficulty (optional)")
        case .playstyle: Menu(path: \.playstyle, words: choices.playstyles, placeholder: "Playstyle (optional)")
        default: Menu(path: \.clanBoss, words: choices.clanBoss, placeholder: "CB Difficulty (optional)")
        }
    }

    private func menu(of select: SelectMenu) -> Menu? {
        let named = OwnedID.name(select.customID).flatMap(control)
        return [Control.clanBoss, .hydra, .chimera, .playstyle].first { control in
            named.map { $0 == control } ?? (menu(control).placeholder == select.placeholder)
        }.map(menu)
    }

    private func roster(_ roster: ClanFilter.Roster) -> (label: String, style: Button.Style) {
        switch roster {
        case .open: ("Open Spots Only", .success)
        case .inactives: ("Inactives Only", .danger)
        case .full: ("Full Only", .primary)
        case .any: (anyRosterLabel, .secondary)
        }
    }

    private static func label(_ name: String, _ flag: Bool?) -> String {
        "\(name): \(flag.map { $0 ? "Yes" : "No" } ?? "—")"
    }

    private static func flag(in label: String) -> Bool? {
        label.hasSuffix(": Yes") ? true : label.hasSuffix(": No") ? false : nil
    }

    private static func style(of flag: Bool?) -> Button.Style {
        switch flag {
        case nil: .secondary
        case true: .success
        case false: .danger
        }
    }
}

/// Custom ids of controls that belong to one person: `rp_cb:900000000000000351`.
enum OwnedID {
    /// The custom id of a control.
    static func text(_ name: String, _ owner: UserID) -> String {
        // Names are short and an id has twenty digits at most, so that it always fits.
        (try? ComponentID(name, fields: [owner.description]).customID()) ?? name
    }

    /// The name in a custom id.
    static func name(_ customID: String?) -> String? {
        customID.flatMap { ComponentID(customID: $0) }?.name
    }
}
