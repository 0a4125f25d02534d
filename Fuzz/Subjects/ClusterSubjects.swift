import Cluster

extension Subject {
    /// What is read from a thread's name is whole, and the name composed of it reads back as the same ticket.
    static let ticketNames = text("ticket-names") { text in
        for isPromo in [false, true] {
            guard let name = ticketName(text, isPromo: isPromo) else { continue }
            try promise(name.code.kind.isPromo == isPromo, "\(name.code) under the wrong channel")
            try promise(name.code.digits.utf8.count >= 4, "\(name.code) is too short")
            try promise(!name.username.isEmpty, "nobody's ticket")
            let composed = name.text
            guard name.username.utf16.count < 50, name.code.digits.utf8.count < 20 else { continue }
            let again = ticketName(composed, isPromo: isPromo)
            try promise(again?.code == name.code && again?.state == name.state, "\(composed) is not \(text)")
        }
        if let code = TicketCode(listing: text) {
            try promise(TicketCode(listing: "\(code)") == code, "\(code) is not listed")
        }
        let status = TicketStatus(cell: text, isDated: false)
        try promise(TicketStatus(cell: status.text, isDated: false) == status, "\(status.text) was \(text)")
    }

    private static func ticketName(_ text: String, isPromo: Bool) -> TicketName? {
        isPromo
            ? TicketName(promo: text) { $0.text.utf8.count == 4 }
            : TicketName(welcome: text) { $0.text.utf8.count == 4 }
    }

    /// Days and moments of a ledger read back as they are written.
    static let ledgerDates = text("ledger-dates") { text in
        if let day = CalendarDay(cell: text) {
            try promise(CalendarDay(typed: "\(day)") == day, "\(day) was \(text)")
        }
        if let moment = UTCTime(cell: text) {
            // An offset may lead out of the years that have four digits.
            let written = "\(moment)"
            let isInRange = written.utf8.count == 25 && !written.hasPrefix("0000")
            try promise(!isInRange || UTCTime(cell: written) == moment, "\(written) was \(text)")
        }
    }
}

extension Subject {
    /// What people type into a clan's row reads the same twice, and a clan is found by all that its row says.
    static let roster = text("roster") { text in
        let cells = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        if let tag = ClanTag(text) { try promise(ClanTag(tag.text) == tag, "\(tag) is not \(text)") }
        let tag = ClanTag(cells.count > 2 ? cells[2] : "") ?? ClanTag("A")
        guard let tag else { return }
        let clan = Clan(
            sheetRow: 4, tag: tag, cells: cells, openSpots: 1, inactives: 0, reserved: 0, rosterStatus: "1")
        let directory = ClanDirectory([clan])
        try promise(directory[tag] == clan, "\(tag) is not found")
        let isNamed = !clan[.name].allSatisfy(\.isWhitespace)
        try promise(!isNamed || directory.clan(named: clan[.name]) == clan, "\(clan[.name]) is not found")
        let filter = ClanFilter(
            clanBoss: clan[.clanBossDifficulty], hydra: cells.last, chimera: clan[.notes], playsCvC: true,
            playstyle: clan[.playstyle])
        let found = directory.clans(fitting: filter)
        try promise(
            found.isEmpty || found == directory.clans(fitting: ClanFilter()), "who asks for more finds more")
        let summary = filter.summary()
        if let read = ClanFilter(summary: summary), !text.contains("•") {
            try promise(read.summary().isSpelled(like: summary), "\(read.summary()) was \(summary)")
        }
    }

    /// The choices of a question are never blank, and as few as its row says.
    static let questions = text("questions") { text in
        for type in ["single-select", "multi-select", text] {
            guard let choices = QuestionChoices(type: type, cell: text) else { continue }
            try promise(choices.options.allSatisfy { !$0.allSatisfy(\.isWhitespace) }, "a blank option")
            try promise(choices.options.count <= max(1000, text.utf8.count), "\(choices.options.count) options")
            try promise(choices.limit.map { $0 > 0 } ?? true, "nothing may be chosen")
        }
    }
}
