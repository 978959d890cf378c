public import FoundationEssentials

/// A point in time; `dateTime` on the wire.
public typealias Instant = Date
