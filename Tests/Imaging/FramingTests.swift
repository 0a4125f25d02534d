import Imaging
import Testing

/// Draws a picture: `#` is an opaque pixel, `-` one that is barely visible, anything else is transparent.
func picture(_ rows: String...) -> Bitmap {
    picture(rows)
}

func picture(_ rows: [String]) -> Bitmap {
    var bitmap = Bitmap(width: rows[0].count, height: rows.count)
    for (y, row) in rows.enumerated() {
        for (x, character) in row.enumerated() where character != "." {
            bitmap[x, y] = .init(red: 10, green: 20, blue: 30, alpha: character == "#" ? 255 : 1)
        }
    }
    return bitmap
}

struct TrimCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var image: [String]
    var trimmed: [String]
}

struct PadCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var image: [String]
    var edge: Int
    var padded: [String]
}

@Suite("Framing")
struct FramingTests {
    static let trims: [TrimCase] = [
        .init(
            testDescription: "margins on all sides", image: ["....", ".##.", ".#..", "...."], trimmed: ["##", "#."]),
        .init(testDescription: "no margins", image: ["#.", ".#"], trimmed: ["#.", ".#"]),
        .init(testDescription: "one pixel in a corner", image: ["...", "...", "..#"], trimmed: ["#"]),
        .init(
            testDescription: "barely visible pixels count", image: ["-..", "...", ".#."], trimmed: ["-.", "..", ".#"]),
        .init(testDescription: "a hole stays", image: [".....", ".#.#.", "....."], trimmed: ["#.#"]),
        .init(
            testDescription: "widest row is not the first", image: ["..#..", "#...#", "..#.."],
            trimmed: ["..#..", "#...#", "..#.."]),
        .init(testDescription: "fully transparent stays", image: ["...", "..."], trimmed: ["...", "..."]),
    ]

    @Test("trimming leaves the bounding box of what is visible", arguments: trims)
    func trim(_ example: TrimCase) {
        #expect(picture(example.image).trimmed() == picture(example.trimmed))
    }

    static let pads: [PadCase] = [
        .init(
            testDescription: "even margins", image: ["##", "##"], edge: 4, padded: ["....", ".##.", ".##.", "...."]),
        .init(
            testDescription: "odd margins: smaller left and above", image: ["#"], edge: 4,
            padded: ["....", ".#..", "....", "...."]),
        .init(testDescription: "margins differ by axis", image: ["###"], edge: 3, padded: ["...", "###", "..."]),
        .init(testDescription: "nothing to add", image: ["#-", "-#"], edge: 2, padded: ["#-", "-#"]),
        .init(testDescription: "wider than the canvas", image: ["-###-"], edge: 3, padded: ["...", "###", "..."]),
        .init(testDescription: "wider by an odd number", image: ["-#"], edge: 1, padded: ["#"]),
    ]

    @Test("padding centres on a transparent square", arguments: pads)
    func pad(_ example: PadCase) {
        #expect(picture(example.image).padded(edge: example.edge) == picture(example.padded))
    }

    @Test("padding copies pixels as they are, soft ones too")
    func padKeepsAlpha() {
        let soft = Bitmap.Pixel(red: 240, green: 120, blue: 60, alpha: 128)
        let padded = Bitmap(width: 1, height: 1, filledWith: soft).padded(edge: 3)
        #expect(padded[1, 1] == soft)
        #expect(padded[0, 0] == .clear)
    }

    @Test(
        "pixels and sides must agree",
        arguments: [
            (1, 1, 4, true), (2, 3, 24, true), (2, 3, 23, false), (0, 3, 0, false), (-1, -1, 4, false),
            (16_385, 1, 65_540, false), (.max, .max, 4, false),
        ])
    func sidesAgree(width: Int, height: Int, count: Int, isAccepted: Bool) {
        let bitmap = Bitmap(width: width, height: height, pixels: [UInt8](repeating: 1, count: count))
        #expect((bitmap != nil) == isAccepted)
    }
}
