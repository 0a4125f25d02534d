import Glibc

/// Which samples of a line make up each sample of the same line at another length, and with which weights.
///
/// The kernel is `sinc(x) · sinc(x / 3)` for |x| < 3. When a line shrinks, the kernel is widened by the same factor, so that
/// every sample counts and nothing aliases. At the ends of the line the kernel is cut off; the weights of each output
/// always add up to one.
struct LanczosWeights {
    private static let lobes = 3.0

    private struct Window {
        let firstInput: Int
        let weights: Range<Int>
    }

    private var windows: [Window] = []
    private var weights: [Float] = []

    /// How many samples the resized line has.
    var count: Int { windows.count }

    init(from oldLength: Int, to newLength: Int) {
        let scale = Double(oldLength) / Double(newLength)
        let stretch = max(1, scale)
        let reach = Self.lobes * stretch
        windows.reserveCapacity(newLength)
        for output in 0..<newLength {
            let centre = (Double(output) + 0.5) * scale
            let first = max(0, Int((centre - reach).rounded()))
            let end = max(first + 1, min(oldLength, Int((centre + reach).rounded())))
            append(
                (first..<end).map { Self.kernel((Double($0) + 0.5 - centre) / stretch) }, firstInput: first)
        }
    }

    /// Calls `body` with the index and weight of each input sample that `output` is made of.
    @inline(__always)
    func forEachTap(of output: Int, _ body: (Int, Float) -> Void) {
        let window = windows[output]
        var input = window.firstInput
        for index in window.weights {
            body(input, weights[index])
            input += 1
        }
    }

    private mutating func append(_ values: [Double], firstInput: Int) {
        let total = values.reduce(0, +)
        let start = weights.count
        weights.append(contentsOf: values.map { Float($0 / total) })
        windows.append(Window(firstInput: firstInput, weights: start..<weights.count))
    }

    private static func kernel(_ x: Double) -> Double {
        abs(x) < lobes ? sinc(x) * sinc(x / lobes) : 0
    }

    private static func sinc(_ x: Double) -> Double {
        guard x != 0 else { return 1 }
        let angle = x * .pi
        return sin(angle) / angle
    }
}
