/// Something to be measured; each is declared in a file of its own.
struct Benchmark: Sendable {
    var name: String
    var run: @Sendable () async throws -> [Measurement]

    init(_ name: String, run: @escaping @Sendable () async throws -> [Measurement]) {
        self.name = name
        self.run = run
    }
}

/// One figure and what it is compared with.
struct Measurement: Sendable {
    var name: String
    var figure: Double
    var unit: String
    var reference: Reference?

    /// A figure in the same unit, measured in the same run.
    struct Reference: Sendable {
        var name: String
        var figure: Double
    }

    init(_ name: String, _ figure: Double, _ unit: String, against reference: Reference? = nil) {
        self.name = name
        self.figure = figure
        self.unit = unit
        self.reference = reference
    }

    /// `name  figure  unit  ratio to reference`, in columns.
    var line: String {
        let ratio = reference.map { "\(rounded(figure / $0.figure))x \($0.name)" } ?? ""
        return [padded(name, to: 34), padded(rounded(figure), to: 10), padded(unit, to: 12), ratio].joined(
            separator: "  ")
    }

    private func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// Three significant digits, which is more than two runs agree on.
    private func rounded(_ number: Double) -> String {
        guard number < 100 else { return String(Int(number.rounded())) }
        let decimals: Double = number < 10 ? 100 : 10
        return String((number * decimals).rounded() / decimals)
    }
}
