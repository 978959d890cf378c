/// A scheduler parameter's value, with the C type that libvirt expects for it.
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

    /// The value as a whole number; `nil` if it is not a whole number or does not fit.
    package var integer: Int64? {
        switch self {
        case .int32(let value): Int64(clamping: value)
        case .uint32(let value): Int64(clamping: value)
        case .int64(let value): value
        case .uint64(let value): Int64(exactly: value)
        case .double, .bool, .string: nil
        }
    }
}

/// A machine's scheduler, as its hypervisor reports it.
package struct SchedulerReading: Sendable, Equatable {
    /// `credit`, `credit2`, `sedf`, `posix`, `fair`…
    package var type: String
    package var parameters: [String: ParameterValue]

    package init(type: String, parameters: [String: ParameterValue]) {
        self.type = type
        self.parameters = parameters
    }
}

extension SchedulerReading {
    /// The values that a host's scheduler will report for a machine that does not exist yet: the defaults of
    /// its kind.
    package static func expected(on survey: HostSurvey) -> SchedulerReading {
        switch survey.hypervisor {
        case .xen:
            SchedulerReading(
                type: survey.schedulerType ?? "credit2", parameters: ["weight": .uint32(256), "cap": .uint32(0)])
        case .test:
            SchedulerReading(type: survey.schedulerType ?? "fair", parameters: ["weight": .uint32(50)])
        case .qemu, .other:
            SchedulerReading(
                type: survey.schedulerType ?? "posix",
                parameters: [
                    "cpu_shares": .uint64(1024), "vcpu_period": .uint64(100_000), "vcpu_quota": .int64(-1),
                ])
        }
    }
}
