import JSON

/// A message as a client asks for it, checked against the documented limits.
///
/// Source: Discord, *Message*, "Create Message", "Edit Message".
struct MessageForm: Sendable {
    /// The text; nil leaves it as it is.
    var content: String?
    /// Embeds; nil leaves them as they are.
    var embeds: [JSONValue]?
    /// Components; nil leaves them as they are.
    var components: [JSONValue]?
    /// Flags that the sender may set; nil leaves them as they are.
    var flags: SimulatedMessage.Flags?
    /// Which mentions are meant.
    var allowedMentions = AllowedMentions.everything
    /// New files.
    var files: [SimulatedAttachment] = []
    /// Files that stay, with a changed description where there is one; nil leaves all.
    var keptFiles: [WorldID: String?]?
    /// Identifies the message for its sender.
    var nonce: JSONValue?
    /// Whether a second message with the nonce returns the first.
    var enforcesNonce = false
    /// The message replied to.
    var reply: Reply?

    /// A reply's target.
    struct Reply: Sendable {
        var messageID: WorldID
        var channelID: WorldID?
        /// Whether a target that is gone is an error.
        var mustExist: Bool
    }

    /// A text without anything else.
    init(text: String) { content = text }

    /// What the form is read for.
    enum Purpose {
        case create
        case edit(SimulatedMessage)
    }

    /// Reads a form.
    ///
    /// `makeFile` stores an uploaded file under a new id and answers it together with its address.
    init(
        _ body: JSONValue, uploads: [IndexedUpload], purpose: Purpose, in state: inout WorldState, channelID: WorldID
    ) throws(APIError) {
        var errors = FieldErrors()
        content = Self.content(body["content"], purpose, errors: &errors)
        try readFiles(body, uploads: uploads, purpose: purpose, state: &state, errors: &errors)
        var urls: [String: String] = [:]
        for file in files { urls[file.filename] = state.url(of: file, in: channelID) }
        var old: SimulatedMessage?
        if case .edit(let message) = purpose {
            old = message
            for file in message.attachments where keptFiles?.keys.contains(file.id) ?? true {
                urls[file.filename] = urls[file.filename] ?? state.url(of: file, in: channelID)
            }
        }
        if let number = errors.number(body["flags"], in: 0...Int(Int32.max), at: ["flags"]) {
            flags = SimulatedMessage.Flags(rawValue: number)
        }
        let isLayout = (flags ?? old?.flags ?? []).contains(.componentsV2)
        embeds = EmbedRules(attachmentURLs: urls).normalised(body["embeds"], at: ["embeds"], errors: &errors)
        components = ComponentRules.normalised(
            body["components"], isLayout ? .layoutMessage : .classicMessage, attachmentURLs: urls, errors: &errors)
        if isLayout, content?.isEmpty == false || embeds?.isEmpty == false {
            errors.add(
                content?.isEmpty == false ? ["content"] : ["embeds"],
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                "The legacy fields content and embeds cannot be used with MessageFlags.IS_COMPONENTS_V2")
        }
        markInlineFiles(body)
        allowedMentions = AllowedMentions(body["allowed_mentions"], errors: &errors)
        readNonce(body, errors: &errors)
        readReply(body["message_reference"], errors: &errors)
        if let stickers = body["sticker_ids"]?.list, !stickers.isEmpty {
            errors.add(["sticker_ids"], "STICKER_NOT_FOUND", "Sticker not found")
        }
        try errors.check()
    }

    private static func content(_ value: JSONValue?, _ purpose: Purpose, errors: inout FieldErrors) -> String? {
        guard let value else { return nil }
        guard !value.isNull else {
            if case .edit = purpose { return "" }
            return nil
        }
        // Numbers are taken as text, as Discord does.
        let text = value.string ?? (value.double == nil ? nil : value.text)
        guard let text else {
            errors.add(["content"], "STRING_TYPE_CONVERT", "Could not interpret \"\(value.text)\" as string.")
            return nil
        }
        errors.length(text, in: 0...2000, at: ["content"])
        return text
    }

    private mutating func readFiles(
        _ body: JSONValue, uploads: [IndexedUpload], purpose: Purpose, state: inout WorldState,
        errors: inout FieldErrors
    ) throws(APIError) {
        let listed = errors.array(body["attachments"], atMost: 10, at: ["attachments"])
        if uploads.count > 10 { errors.add(["files"], "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.") }
        if uploads.contains(where: { $0.bytes.count > 10 << 20 }) { throw .payloadTooLarge }
        var descriptions: [String: (name: String?, text: String?)] = [:]
        if let listed {
            var kept: [WorldID: String?] = [:]
            for (index, entry) in listed.enumerated() {
                let path = ["attachments", String(index)]
                guard let id = entry["id"]?.string ?? entry["id"]?.int.map(String.init) else {
                    errors.add(path + ["id"], "BASE_TYPE_REQUIRED", "This field is required")
                    continue
                }
                let text = errors.text(entry["description"], upTo: 1024, at: path + ["description"])
                if uploads.contains(where: { $0.index == id }) {
                    descriptions[id] = (entry["filename"]?.string, text)
                } else if case .edit(let old) = purpose, let known = WorldID(snowflake: id),
                    old.attachments.contains(where: { $0.id == known })
                {
                    kept[known] = .some(text)
                } else {
                    errors.add(path, "ATTACHMENT_NOT_FOUND", "Attachment data not found")
                }
            }
            keptFiles = kept
        }
        for upload in uploads {
            let listing = descriptions[upload.index]
            let name = listing?.name ?? upload.filename
            files.append(
                SimulatedAttachment(
                    id: state.newID(), filename: Self.safeName(name),
                    contentType: upload.contentType ?? MediaType.of(name), description: listing?.text,
                    bytes: upload.bytes, size: MediaType.pixelSize(of: upload.bytes)))
        }
    }

    /// Discord keeps letters, digits, dots, dashes and underscores of a file's name.
    private static func safeName(_ name: String) -> String {
        let safe = name.map { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_".contains($0)) ? $0 : "_" }
        return safe.isEmpty ? "file" : String(safe.suffix(260))
    }

    private mutating func markInlineFiles(_ body: JSONValue) {
        let shown = EmbedRules.namesShown(in: body["embeds"])
            .union(ComponentRules.namesShown(in: body["components"]))
        for index in files.indices where shown.contains(files[index].filename) { files[index].isInline = true }
    }

    private mutating func readNonce(_ body: JSONValue, errors: inout FieldErrors) {
        enforcesNonce = errors.flag(body["enforce_nonce"], at: ["enforce_nonce"]) ?? false
        guard let value = body["nonce"], !value.isNull else { return }
        if let text = value.string {
            errors.length(text, in: 0...25, at: ["nonce"])
        } else if value.int == nil {
            errors.add(["nonce"], "NONCE_TYPE", "Must be an integer or a string of at most 25 characters.")
        }
        nonce = value
    }

    private mutating func readReply(_ value: JSONValue?, errors: inout FieldErrors) {
        guard let value, !value.isNull else { return }
        let path = ["message_reference"]
        if let type = errors.number(value["type"], in: 0...1, at: path + ["type"]), type == 1 {
            errors.add(path + ["type"], "MESSAGE_REFERENCE_FORWARD", "Forwarding is not possible here.")
        }
        guard let id = errors.snowflake(value["message_id"], at: path + ["message_id"]) else {
            return errors.add(path + ["message_id"], "BASE_TYPE_REQUIRED", "This field is required")
        }
        reply = Reply(
            messageID: id, channelID: errors.snowflake(value["channel_id"], at: path + ["channel_id"]),
            mustExist: errors.flag(value["fail_if_not_exists"], at: path + ["fail_if_not_exists"]) ?? true)
    }
}

/// A file of a multipart form with the number that `attachments` calls it by.
struct IndexedUpload: Sendable {
    var index: String
    var filename: String
    var contentType: String?
    var bytes: [UInt8]
}

/// Media types by file name, and image sizes by content.
enum MediaType {
    private static let byExtension = [
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
        "txt": "text/plain; charset=utf-8", "md": "text/markdown; charset=utf-8", "json": "application/json",
        "csv": "text/csv; charset=utf-8", "pdf": "application/pdf",
    ]

    /// The media type that a file name suggests.
    static func of(_ filename: String) -> String {
        let suffix = filename.split(separator: ".").last.map { $0.lowercased() } ?? ""
        return byExtension[suffix] ?? "application/octet-stream"
    }

    /// Width and height of a PNG; nil for anything else.
    static func pixelSize(of bytes: [UInt8]) -> SimulatedAttachment.PixelSize? {
        guard bytes.count >= 24, bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else {
            return nil
        }
        let number = { (offset: Int) in bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) } }
        return SimulatedAttachment.PixelSize(width: number(16), height: number(20))
    }
}
