/// Why an image could not be read, changed or written.
public enum ImagingError: Error, Sendable, Equatable {
    /// The header announces more pixels per side than the caller allows; nothing was decoded.
    case tooLarge(width: Int, height: Int)
    /// The bytes are no PNG, or a damaged one; the text says what the decoder met.
    case undecodable(String)
    /// The image has no pixels: a side of zero.
    case empty
    /// The encoder failed, for instance for want of memory; the text says why.
    case unencodable(String)
    /// The caller was cancelled before its turn came.
    case cancelled
}
