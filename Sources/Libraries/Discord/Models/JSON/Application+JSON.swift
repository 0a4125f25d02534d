public import JSON

extension Application: JSONDecodable {
    /// Reads an application; the id is needed.
    public init(_ json: JSONView) throws(DecodingFailure) {
        self.init(
            id: try json.require("id"), name: json.text("name") ?? "",
            flags: ApplicationFlags(rawValue: UInt64(json["flags"]?.int ?? 0)))
    }
}
