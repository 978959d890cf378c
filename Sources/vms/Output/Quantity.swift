/// A number with its unit, for a person: memory and sizes are in MiB, whatever unit the wire has.
struct Quantity {
    private let value: String
    private let unit: String?

    init(_ value: String, unit: String?) {
        self.value = value
        self.unit = unit
    }

    /// The bytes of a unit, if it counts bytes.
    private static func bytes(of unit: String?) -> Double? {
        switch unit {
        case "bytes": 1
        case "KiB": 1024
        default: nil
        }
    }

    /// The unit for a column of these values. Bytes stay bytes where every value is less than a MiB.
    static func unit(of values: [String], _ unit: String?) -> String? {
        guard let size = bytes(of: unit) else { return unit }
        return unit != "bytes" || values.contains { (Double($0) ?? 0) * size >= 1_048_576 } ? "MiB" : unit
    }

    /// The number with its unit.
    var text: String {
        guard let unit = Self.unit(of: [value], unit) else { return value }
        return "\(number(in: unit)) \(unit)"
    }

    /// The number in MiB, with one decimal if it is not a whole number.
    func number(in unit: String?) -> String {
        guard unit != self.unit, let size = Self.bytes(of: self.unit), let number = Double(value), number.isFinite
        else { return value }
        let tenths = (number * size * 10 / 1_048_576).rounded()
        guard let tenths = Int64(exactly: tenths) else { return value }
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
    }
}
