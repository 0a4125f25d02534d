extension MessagePayload: LimitedPayload {
    /// Everything that Discord would refuse.
    public var violations: [LimitViolation] {
        LimitChecker.violations { checker in
            checker.text("content", content, limit: Limits.content)
            checker.messageParts(embeds: embeds, components: components, files: files, mentions: allowedMentions)
            checker.text("nonce", nonce, limit: Limits.nonce, minimum: 1)
            if (content ?? "").isBlank, embeds.isEmpty, components.isEmpty, files.isEmpty {
                checker.refuse(.invalid("a message needs content, embeds, components or files"))
            }
        }
    }
}

extension MessageEdit: LimitedPayload {
    /// Everything that Discord would refuse.
    public var violations: [LimitViolation] {
        LimitChecker.violations { checker in
            checker.text("content", content, limit: Limits.content)
            checker.messageParts(
                embeds: embeds ?? [], components: components ?? [], files: files, mentions: allowedMentions)
            checker.count("attachments", files.count + (keptAttachments ?? []).count, limit: Limits.files)
        }
    }
}

extension LimitChecker {
    fileprivate mutating func messageParts(
        embeds: [Embed], components: [Component], files: [FileUpload], mentions: AllowedMentions
    ) {
        self.embeds(embeds)
        messageComponents(components)
        self.files(files)
        allowedMentions(mentions)
    }

    private mutating func embeds(_ embeds: [Embed]) {
        count("embeds", embeds.count, limit: Limits.embeds)
        each("embeds", embeds) { $0.embed($1) }
        let total = embeds.reduce(0) { $0 + $1.textLength }
        if total > Limits.embedTotal { refuse(.tooLong(length: total, limit: Limits.embedTotal), at: "embeds") }
    }

    private mutating func embed(_ embed: Embed) {
        let web = ["https", "http"]
        let image = ["https", "http", "attachment"]
        text("title", embed.title, limit: Limits.embedTitle)
        text("description", embed.description, limit: Limits.embedDescription)
        url("url", embed.url, limit: Limits.url, schemes: web)
        range("color", embed.color, 0...0xFFFFFF)
        count("fields", embed.fields.count, limit: Limits.embedFields)
        each("fields", embed.fields) { checker, field in
            checker.text("name", field.name, limit: Limits.fieldName, minimum: 1)
            checker.text("value", field.value, limit: Limits.fieldValue, minimum: 1)
        }
        if let footer = embed.footer {
            inside("footer") { checker in
                checker.text("text", footer.text, limit: Limits.footer, minimum: 1)
                checker.url("icon_url", footer.iconURL, limit: Limits.url, schemes: image)
            }
        }
        if let author = embed.author {
            inside("author") { checker in
                checker.text("name", author.name, limit: Limits.author, minimum: 1)
                checker.url("url", author.url, limit: Limits.url, schemes: web)
                checker.url("icon_url", author.iconURL, limit: Limits.url, schemes: image)
            }
        }
        url("image.url", embed.image?.url, limit: Limits.url, schemes: image)
        url("thumbnail.url", embed.thumbnail?.url, limit: Limits.url, schemes: image)
    }

    private mutating func files(_ files: [FileUpload]) {
        count("files", files.count, limit: Limits.files)
        each("files", files) { checker, file in
            checker.text("filename", file.filename, limit: Limits.fileText, minimum: 1)
            checker.text("description", file.description, limit: Limits.fileText)
            checker.range("size", file.bytes.count, 0...Limits.fileBytes)
        }
    }

    private mutating func allowedMentions(_ mentions: AllowedMentions) {
        inside("allowed_mentions") { checker in
            checker.count("users", mentions.users.count, limit: Limits.allowedMentions)
            checker.count("roles", mentions.roles.count, limit: Limits.allowedMentions)
            if mentions.allUsers, !mentions.users.isEmpty {
                checker.refuse(.invalid("all users and a list of users exclude each other"), at: "users")
            }
            if mentions.allRoles, !mentions.roles.isEmpty {
                checker.refuse(.invalid("all roles and a list of roles exclude each other"), at: "roles")
            }
        }
    }
}

extension Embed {
    /// UTF-16 units that count against ``Limits/embedTotal``: title, description, fields, footer and author.
    public var textLength: Int {
        var texts = [title, description, footer?.text, author?.name].compactMap(\.self)
        for field in fields { texts += [field.name, field.value] }
        return texts.reduce(0) { $0 + $1.utf16.count }
    }
}
