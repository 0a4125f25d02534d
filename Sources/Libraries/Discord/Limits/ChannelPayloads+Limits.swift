extension ThreadPayload: LimitedPayload {
    /// Everything that Discord would refuse.
    public var violations: [LimitViolation] {
        LimitChecker.violations { checker in
            checker.text("name", name, limit: Limits.channelName, minimum: 1)
            checker.range("rate_limit_per_user", rateLimitPerUser, 0...Limits.rateLimitPerUser)
            checker.autoArchive(autoArchiveMinutes)
            if !kind.isThread { checker.refuse(.invalid("is no kind of thread"), at: "type") }
        }
    }
}

extension ChannelPayload: LimitedPayload {
    /// Everything that Discord would refuse.
    public var violations: [LimitViolation] {
        LimitChecker.violations { checker in
            checker.text("name", name, limit: Limits.channelName, minimum: 1)
            checker.text("topic", topic, limit: Limits.topic)
            checker.range("rate_limit_per_user", rateLimitPerUser, 0...Limits.rateLimitPerUser)
            checker.count("permission_overwrites", overwrites.count, limit: Limits.overwrites)
        }
    }
}

extension ChannelEdit: LimitedPayload {
    /// Everything that Discord would refuse.
    public var violations: [LimitViolation] {
        LimitChecker.violations { checker in
            checker.text("name", name, limit: Limits.channelName, minimum: 1)
            if case .set(let topic) = topic { checker.text("topic", topic, limit: Limits.topic) }
            checker.range("rate_limit_per_user", rateLimitPerUser, 0...Limits.rateLimitPerUser)
            checker.count("permission_overwrites", (overwrites ?? []).count, limit: Limits.overwrites)
            checker.count("applied_tags", (appliedTags ?? []).count, limit: Limits.appliedTags)
            checker.autoArchive(autoArchiveMinutes)
        }
    }
}

extension MemberEdit: LimitedPayload {
    /// Everything that Discord would refuse.
    public var violations: [LimitViolation] {
        LimitChecker.violations { checker in
            if case .set(let nickname) = nickname { checker.text("nick", nickname, limit: Limits.nickname) }
        }
    }
}

extension EmojiPayload: LimitedPayload {
    /// Everything that Discord would refuse.
    public var violations: [LimitViolation] {
        LimitChecker.violations { checker in
            checker.text("name", name, limit: Limits.emojiName, minimum: 2)
            if !name.utf8.allSatisfy(\.isPartOfEmojiName) {
                checker.refuse(.invalid("only letters, digits and underscores"), at: "name")
            }
            checker.range("image", image.count, 1...Limits.emojiBytes)
        }
    }
}

extension LimitChecker {
    fileprivate mutating func autoArchive(_ minutes: Int?) {
        guard let minutes, !Limits.autoArchiveMinutes.contains(minutes) else { return }
        refuse(.invalid("is none of 60, 1440, 4320 and 10080"), at: "auto_archive_duration")
    }
}

extension UInt8 {
    fileprivate var isPartOfEmojiName: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
