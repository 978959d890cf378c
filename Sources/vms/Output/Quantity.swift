/// A number with its unit as a person reads it: memory and sizes are MiB everywhere, whatever the wire counts them in.
struct Quantity {
    private let value: String
    private let unit: String?

    init(_ value: String, unit: String?) {
        self.value = value
        self.unit = unit
    }

    /// What one of a unit is in bytes, where it counts bytes.
    private static func bytes(of unit: String?) -> Double? {
        switch unit {
        case "bytes": 1
        case "KiB": 1024
        default: nil
        }
    }

    /// The unit that a column of these values is shown in. Bytes stay bytes where none of the values fills a MiB.
    static func unit(of values: [String], _ unit: String?) -> String? {
        guard let size = bytes(of: unit) else { return unit }
        return unit != "bytes" || values.contains { (Double($0) ?? 0) * size >= 1_048_576 } ? "MiB" : unit
    }

    /// With its unit behind it.
    var text: String {
        guard let unit = Self.unit(of: [value], unit) else { return value }
        return "\(number(in: unit)) \(unit)"
    }

    /// In MiB with one decimal where it is no whole number.
    func number(in unit: String?) -> String {
        guard unit != self.unit, let size = Self.bytes(of: self.unit), let number = Double(value), number.isFinite
        else { return value }
        let tenths = (number * size * 10 / 1_048_576).rounded()
        guard let tenths = Int64(exactly: tenths) else { return value }
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
    }
}
