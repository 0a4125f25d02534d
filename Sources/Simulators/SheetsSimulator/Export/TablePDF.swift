/// A table on one landscape page, as wide as the page.
///
/// Source: PDF Reference 1.4, sections 3.4 (file structure) and 4 to 5 (graphics, text).
struct TablePDF: Sendable {
    private static let page = (width: 842.0, height: 595.0)
    private static let margin = 36.0

    let rows: [[String]]

    /// The document.
    var bytes: [UInt8] {
        let content = Array(drawing.utf8)
        var file = PDFFile()
        file.add("<< /Type /Catalog /Pages 2 0 R >>")
        file.add("<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
        file.add(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 \(Int(Self.page.width)) \(Int(Self.page.height))] "
                + "/Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>")
        file.add("<< /Length \(content.count) >>\nstream\n", content, "\nendstream")
        file.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
        return file.finished
    }

    /// Lines around the cells, and in each cell its text.
    private var drawing: String {
        let columns = max(rows.map(\.count).max() ?? 0, 1)
        let width = (Self.page.width - 2 * Self.margin) / Double(columns)
        let height = min(20, (Self.page.height - 2 * Self.margin) / Double(max(rows.count, 1)))
        let size = max(height * 0.55, 1)
        var text = "0.5 w 0.6 G\n"
        for (y, row) in rows.enumerated() {
            let bottom = Self.page.height - Self.margin - Double(y + 1) * height
            for (x, cell) in row.enumerated() {
                let left = Self.margin + Double(x) * width
                text +=
                    "\(Self.number(left)) \(Self.number(bottom)) \(Self.number(width)) \(Self.number(height)) re S\n"
                guard !cell.isEmpty else { continue }
                let fitting = Int(width / (size * 0.5))
                text +=
                    "BT /F1 \(Self.number(size)) Tf \(Self.number(left + 2)) \(Self.number(bottom + height * 0.3)) Td "
                text += "(\(Self.escaped(String(cell.prefix(fitting))))) Tj ET\n"
            }
        }
        return text
    }

    /// Two decimals are a quarter of a thousandth of an inch.
    private static func number(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// Text inside parentheses; what the font has no sign for becomes a question mark.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "(", ")", "\\": result += "\\\(scalar)"
            case " "..."~": result.unicodeScalars.append(scalar)
            default: result += "?"
            }
        }
        return result
    }
}

/// The objects of a file and the table of their places.
private struct PDFFile {
    private var bytes = Array("%PDF-1.4\n".utf8)
    private var places: [Int] = []

    mutating func add(_ head: String, _ stream: [UInt8] = [], _ tail: String = "") {
        places.append(bytes.count)
        bytes += Array("\(places.count) 0 obj\n\(head)".utf8) + stream + Array("\(tail)\nendobj\n".utf8)
    }

    var finished: [UInt8] {
        var table = "xref\n0 \(places.count + 1)\n0000000000 65535 f \n"
        for place in places {
            let digits = String(place)
            table += "\(String(repeating: "0", count: 10 - digits.count))\(digits) 00000 n \n"
        }
        let end = "trailer\n<< /Size \(places.count + 1) /Root 1 0 R >>\nstartxref\n\(bytes.count)\n%%EOF\n"
        return bytes + Array((table + end).utf8)
    }
}
