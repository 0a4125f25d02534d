/// A number or word of Discord's from a list that Discord may lengthen: known values have names, unknown ones survive.
///
/// ```swift
/// ChannelKind(rawValue: 99) == .text  // false, and no failure
/// ```
public protocol OpenEnumeration: RawRepresentable, Sendable, Hashable where RawValue: Sendable & Hashable {
    /// Takes any value, known or not.
    init(rawValue: RawValue)
}
