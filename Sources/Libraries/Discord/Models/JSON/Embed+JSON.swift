public import JSON
import Service

extension Embed: JSONDecodable {
    /// Reads an embed; nothing is needed.
    public init(_ json: JSONView) throws(DecodingFailure) {
        guard json.kind == .object else { throw DecodingFailure(path: "embed") }
        self.init(
            kind: json.text("type"),
            title: json.text("title"),
            description: json.text("description"),
            url: json.text("url"),
            timestamp: json.instant("timestamp"),
            color: json.number("color"),
            footer: json["footer"].flatMap { footer in
                footer.text("text").map { Footer(text: $0, iconURL: footer.text("icon_url")) }
            },
            image: json["image"].flatMap(Image.init),
            thumbnail: json["thumbnail"].flatMap(Image.init),
            author: json["author"].flatMap { author in
                author.text("name").map {
                    Author(name: $0, url: author.text("url"), iconURL: author.text("icon_url"))
                }
            },
            fields: json["fields"]?.elements.map { field in
                Field(field.text("name") ?? "", field.text("value") ?? "", isInline: field.flag("inline"))
            } ?? [])
    }

    /// The embed to send; what Discord adds to those received is left out.
    public var json: JSONValue {
        var object = JSONObject()
        object["title"] = title.map(JSONValue.string)
        object["description"] = description.map(JSONValue.string)
        object["url"] = url.map(JSONValue.string)
        object["timestamp"] = timestamp.map { .string($0.iso8601) }
        object["color"] = color.map(JSONValue.number(of:))
        object["footer"] = footer.map { footer in
            var object: JSONValue = ["text": .string(footer.text)]
            object["icon_url"] = footer.iconURL.map(JSONValue.string)
            return object
        }
        object["image"] = image.map { ["url": .string($0.url)] }
        object["thumbnail"] = thumbnail.map { ["url": .string($0.url)] }
        object["author"] = author.map { author in
            var object: JSONValue = ["name": .string(author.name)]
            object["url"] = author.url.map(JSONValue.string)
            object["icon_url"] = author.iconURL.map(JSONValue.string)
            return object
        }
        if !fields.isEmpty {
            object["fields"] = .array(
                fields.map { ["name": .string($0.name), "value": .string($0.value), "inline": .bool($0.isInline)] })
        }
        return .object(object)
    }
}

extension Embed.Image {
    fileprivate init?(_ json: JSONView) {
        guard let url = json.text("url") else { return nil }
        self.init(
            url: url, proxyURL: json.text("proxy_url"), width: json.number("width"), height: json.number("height"))
    }
}
