/// A scheduler parameter's value with the C type that libvirt wants for it.
package enum ParameterValue: Sendable, Equatable, Codable, CustomStringConvertible {
    case int32(Int32), uint32(UInt32), int64(Int64), uint64(UInt64), double(Double), bool(Bool), string(String)

    package var description: String {
        switch self {
        case .int32(let value): "\(value)"
        case .uint32(let value): "\(value)"
        case .int64(let value): "\(value)"
        case .uint64(let value): "\(value)"
        case .double(let value): "\(value)"
        case .bool(let value): "\(value)"
        case .string(let value): value
        }
    }

    /// As a whole number, where it is one that fits.
    package var integer: Int64? {
        switch self {
        case .int32(let value): Int64(value)
        case .uint32(let value): Int64(value)
        case .int64(let value): value
        case .uint64(let value): Int64(exactly: value)
        case .double, .bool, .string: nil
        }
    }
}

/// A machine's scheduler as its hypervisor tells it.
package struct SchedulerReading: Sendable, Equatable {
    /// `credit`, `credit2`, `sedf`, `posix`, `fair`…
    package var type: String
    package var parameters: [String: ParameterValue]

    package init(type: String, parameters: [String: ParameterValue]) {
        self.type = type
        self.parameters = parameters
    }
}
