extension Metrics {
    /// The content type that goes with ``exposition()``.
    public static let expositionContentType = "text/plain; version=0.0.4; charset=utf-8"

    /// All metrics in Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/), sorted by
    /// name and labels.
    public func exposition() -> String {
        var text = ""
        for (name, family) in allFamilies().sorted(by: { $0.key < $1.key }) {
            if !family.help.isEmpty { text += "# HELP \(name) \(Exposition.help(family.help))\n" }
            text += "# TYPE \(name) \(family.kind.rawValue)\n"
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                switch series {
                case .counter(let counter): text += Exposition.line(name, labels, String(counter.value))
                case .gauge(let gauge): text += Exposition.line(name, labels, Exposition.number(gauge.value))
                case .histogram(let histogram): text += Exposition.lines(name, labels, histogram.snapshot)
                }
            }
        }
        return text
    }
}

/// The details of the text format.
enum Exposition {
    static func line(_ name: String, _ labels: String, _ value: String) -> String {
        labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }

    static func lines(_ name: String, _ labels: String, _ snapshot: Histogram.Snapshot) -> String {
        let prefix = labels.isEmpty ? "" : labels + ","
        var text = ""
        var cumulative: UInt64 = 0
        for (index, count) in snapshot.counts.enumerated() {
            cumulative += count
            let bound = index < snapshot.bounds.count ? number(snapshot.bounds[index]) : "+Inf"
            text += line(name + "_bucket", #"\#(prefix)le="\#(bound)""#, String(cumulative))
        }
        text += line(name + "_sum", labels, number(snapshot.sum))
        text += line(name + "_count", labels, String(cumulative))
        return text
    }

    /// Labels as they stand between the braces, sorted by name.
    static func labels(_ labels: KeyValuePairs<String, String>) -> String {
        labels
            .map { (name($0.key), $0.value) }
            .sorted { $0.0 < $1.0 }
            .map { #"\#($0.0)="\#(escaped($0.1, quotes: true))""# }
            .joined(separator: ",")
    }

    static func help(_ text: String) -> String {
        escaped(text, quotes: false)
    }

    static func name(_ text: String) -> String {
        var name = ""
        for (index, scalar) in text.unicodeScalars.enumerated() {
            switch scalar {
            case "a"..."z", "A"..."Z", "_", ":": name.unicodeScalars.append(scalar)
            case "0"..."9" where index > 0: name.unicodeScalars.append(scalar)
            default: name += "_"
            }
        }
        return name.isEmpty ? "_" : name
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return String(whole) }
        return String(value)
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
