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
