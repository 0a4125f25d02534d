import JSON

/// The limits of embeds, and how Discord writes an accepted embed back.
///
/// Source: Discord, *Message*, "Embed Limits".
struct EmbedRules {
    private static let urlSchemes = ["http", "https", "attachment"]
    /// All texts of all embeds of a message together.
    private static let totalLimit = 6000

    /// Where the files of the message are found, by file name.
    let attachmentURLs: [String: String]

    /// Reads the embeds of a form; the result has only what Discord shows.
    func normalised(_ value: JSONValue?, at path: [String], errors: inout FieldErrors) -> [JSONValue]? {
        guard let list = errors.array(value, atMost: 10, at: path) else { return nil }
        var total = 0
        let embeds = list.enumerated().map { index, embed in
            normalised(embed, at: path + [String(index)], total: &total, errors: &errors)
        }
        if total > Self.totalLimit {
            errors.add(
                path, "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of \(Self.totalLimit)")
        }
        return embeds.filter { ($0.object?.keys.count ?? 0) > 1 }
    }

    private func normalised(
        _ embed: JSONValue, at path: [String], total: inout Int, errors: inout FieldErrors
    ) -> JSONValue {
        errors.model(embed, at: path)
        var shown = JSONObject()
        shown["type"] = "rich"
        let texts = [("title", 256), ("description", 4096)]
        for (key, limit) in texts {
            guard let text = errors.text(embed[key], upTo: limit, at: path + [key]), !text.isEmpty else { continue }
            total += text.utf16.count
            shown[key] = .string(text)
        }
        if let url = errors.text(embed["url"], upTo: 2048, at: path + ["url"]), !url.isEmpty {
            errors.url(url, at: path + ["url"])
            shown["url"] = .string(url)
        }
        if let color = errors.number(embed["color"], in: 0...0xFF_FFFF, at: path + ["color"]) {
            shown["color"] = .int(color)
        }
        if let text = errors.text(embed["timestamp"], upTo: 64, at: path + ["timestamp"]) {
            if let instant = ISO8601.instant(text) {
                shown["timestamp"] = .string(ISO8601.text(instant))
            } else {
                errors.add(path + ["timestamp"], "DATE_TIME_TYPE_PARSE", "Could not parse \(text). Should be ISO8601.")
            }
        }
        if let author = part(
            embed["author"], text: ("name", 256), icon: true, at: path + ["author"], total: &total, errors: &errors)
        {
            shown["author"] = author
        }
        if let footer = part(
            embed["footer"], text: ("text", 2048), icon: true, at: path + ["footer"], total: &total, errors: &errors)
        {
            shown["footer"] = footer
        }
        for key in ["image", "thumbnail"] {
            if let image = image(embed[key], at: path + [key], errors: &errors) { shown[key] = image }
        }
        let fields = fields(embed["fields"], at: path + ["fields"], total: &total, errors: &errors)
        if !fields.isEmpty { shown["fields"] = .array(fields) }
        return .object(shown)
    }

    /// An author or a footer.
    private func part(
        _ value: JSONValue?, text: (key: String, limit: Int), icon: Bool, at path: [String], total: inout Int,
        errors: inout FieldErrors
    ) -> JSONValue? {
        guard let value, !value.isNull else { return nil }
        let words = errors.requiredText(value[text.key], 1...text.limit, at: path + [text.key])
        total += words.utf16.count
        var shown = JSONObject()
        shown[text.key] = .string(words)
        if let url = errors.text(value["url"], upTo: 2048, at: path + ["url"]), text.key == "name" {
            errors.url(url, at: path + ["url"])
            shown["url"] = .string(url)
        }
        if let url = errors.text(value["icon_url"], upTo: 2048, at: path + ["icon_url"]) {
            errors.url(url, schemes: Self.urlSchemes, at: path + ["icon_url"])
            shown["icon_url"] = .string(resolved(url))
            shown["proxy_icon_url"] = .string(resolved(url))
        }
        return .object(shown)
    }

    private func image(_ value: JSONValue?, at path: [String], errors: inout FieldErrors) -> JSONValue? {
        guard let value, !value.isNull, let url = errors.text(value["url"], upTo: 2048, at: path + ["url"]) else {
            return nil
        }
        errors.url(url, schemes: Self.urlSchemes, at: path + ["url"])
        return ["url": .string(resolved(url)), "proxy_url": .string(resolved(url)), "width": 0, "height": 0]
    }

    private func fields(
        _ value: JSONValue?, at path: [String], total: inout Int, errors: inout FieldErrors
    ) -> [JSONValue] {
        var shown: [JSONValue] = []
        for (index, field) in (errors.array(value, atMost: 25, at: path) ?? []).enumerated() {
            let here = path + [String(index)]
            let name = errors.requiredText(field["name"], 1...256, at: here + ["name"])
            let text = errors.requiredText(field["value"], 1...1024, at: here + ["value"])
            let isInline = errors.flag(field["inline"], at: here + ["inline"]) ?? false
            total += name.utf16.count + text.utf16.count
            shown.append(["name": .string(name), "value": .string(text), "inline": .bool(isInline)])
        }
        return shown
    }

    /// Puts the file's address in place of `attachment://name`.
    private func resolved(_ url: String) -> String {
        guard url.hasPrefix("attachment://") else { return url }
        return attachmentURLs[String(url.dropFirst("attachment://".count))] ?? url
    }

    /// The names of the files that an embed shows.
    static func namesShown(in embeds: JSONValue?) -> Set<String> {
        var names: Set<String> = []
        for embed in embeds?.list ?? [] {
            let urls = [
                embed["image"]?["url"], embed["thumbnail"]?["url"], embed["author"]?["icon_url"],
                embed["footer"]?["icon_url"],
            ]
            for case let url? in urls.map({ $0?.string }) where url.hasPrefix("attachment://") {
                names.insert(String(url.dropFirst("attachment://".count)))
            }
        }
        return names
    }
}
