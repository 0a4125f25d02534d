public import Service

/// The intent to change one row of a spreadsheet, kept until its outcome is known.
public struct OutboxIntent: Sendable, Hashable {
    /// Names the cause: the same key is recorded once, however often it is appended.
    public var key: String
    /// Which spreadsheet.
    public var spreadsheet: String
    /// Which tab of it.
    public var tab: String
    /// Which row, by what identifies it and never by its number.
    public var row: String
    /// What is done with the row.
    public var operation: OutboxOperation
    /// Who is told of the outcome.
    public var kind: OutboxKind
    /// The target cells, in the order in which they are written; one per column.
    public var cells: [OutboxCell]

    /// An intent; see the properties for what each argument means.
    public init(
        key: String,
        spreadsheet: String,
        tab: String,
        row: String,
        operation: OutboxOperation = .update,
        kind: OutboxKind,
        cells: [OutboxCell]
    ) {
        self.key = key
        self.spreadsheet = spreadsheet
        self.tab = tab
        self.row = row
        self.operation = operation
        self.kind = kind
        self.cells = cells
    }
}

/// What an intent does with its row.
public enum OutboxOperation: String, Sendable, Hashable {
    /// Changes cells of a row that must exist.
    case update
    /// Changes cells of a row, which is added if it does not exist.
    case upsert
    /// Adds a row; one that is there already is left as it is.
    case append
    /// Removes a row.
    case delete
}

/// Who is told of an intent's outcome.
public enum OutboxKind: String, Sendable, Hashable {
    /// A person waits for it; a failure that was reported is withdrawn first.
    case confirmed
    /// It is retried until it succeeds.
    case eventual
}

/// One cell that an intent writes.
public struct OutboxCell: Sendable, Hashable {
    /// What a cell is set to.
    public enum Value: Sendable, Hashable {
        case text(String)
        case number(Double)
        case bool(Bool)
        case clear
    }

    /// The name of the cell's column.
    public var column: String
    /// What it is set to.
    public var value: Value
    /// What was seen there when the intent arose; nil if nobody looked.
    public var seenBefore: String?

    /// A cell; see the properties for what each argument means.
    public init(_ column: String, _ value: Value, seenBefore: String? = nil) {
        self.column = column
        self.value = value
        self.seenBefore = seenBefore
    }
}

/// An intent in the outbox.
public struct OutboxEntry: Sendable, Hashable {
    /// How far an entry is.
    public enum State: String, Sendable, Hashable {
        /// To be applied, or applied without its outcome being known.
        case pending
        /// The spreadsheet holds it.
        case applied
        /// A person changed a cell in the meantime; theirs stands.
        case conflict
        /// Taken back before it had an effect.
        case withdrawn
        /// The spreadsheet will never take it.
        case refused
    }

    /// Its place in the order of all entries.
    public var id: Int64
    /// What shall happen. Of coalesced entries: the values of the last, what was seen before the first.
    public var intent: OutboxIntent
    /// How far it is.
    public var state: State
    /// How often it was sent. Entries coalesce only while this is zero.
    public var attempts: Int
    /// The last error, or what there is to say about the outcome.
    public var note: String
    /// When it was appended.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp
}
