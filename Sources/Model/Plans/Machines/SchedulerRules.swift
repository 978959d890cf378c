/// Maps weight and cap, the paper's two parameters, to the parameters of each scheduler.
///
/// | scheduler | weight | cap (percent of one CPU, 0: none) |
/// |---|---|---|
/// | `credit`, `credit2` (Xen) | `weight`, 1…65535 | `cap`, 0…100·vCPUs |
/// | `posix` (QEMU, cgroups) | `cpu_shares`, 2…262144 | `vcpu_quota` = `vcpu_period`·cap/(100·vCPUs) µs each vCPU, −1 for none |
/// | `fair` (libvirt's test driver) | `weight`, 1…65535 | not offered |
///
/// A weight on QEMU is the value of `cpu_shares` itself, so that it can be compared with values that others set
/// there.
package struct SchedulerRules {
    package var reading: SchedulerReading
    package var vcpus: Int

    package init(reading: SchedulerReading, vcpus: Int) {
        self.reading = reading
        self.vcpus = max(1, vcpus)
    }

    private var isPosix: Bool { reading.type == "posix" }

    /// The CFS period in µs; the kernel's default if the host reports none.
    private var period: Int64 {
        let reported = reading.parameters["vcpu_period"]?.integer ?? 0
        return reported > 0 ? reported : 100_000
    }

    package var weight: Int64? { reading.parameters[isPosix ? "cpu_shares" : "weight"]?.integer }

    /// Percent of one CPU, rounded to the nearest; 0 if there is no limit.
    package var cap: Int64? {
        guard isPosix else { return reading.parameters["cap"]?.integer }
        guard let quota = reading.parameters["vcpu_quota"] else { return nil }
        // libvirt's largest quota, 2^44 - 1 µs, means no limit, like a negative one.
        guard let micros = quota.integer, micros > 0, micros < 17_592_186_044_415 else { return 0 }
        return micros.times(all).plus(period / 2) / period
    }

    /// All its virtual CPUs, in percent of one.
    private var all: Int64 { Int64(clamping: vcpus).times(100) }

    private var weightRange: ClosedRange<Int64> { isPosix ? 2...262_144 : 1...65_535 }

    /// The smallest cap that QEMU can apply: the kernel accepts no quota under 1 ms for a vCPU.
    private var leastCap: Int64 {
        isPosix ? max(1, all.times(1000).plus(period - 1) / period) : 1
    }

    /// The parameters to set.
    ///
    /// - Throws: `missingField` if neither is given, `notOffered` if the hypervisor has no such parameter,
    ///   `outOfRange` with the range otherwise.
    package func parameters(weight: Int64?, cap: Int64?) throws(Refusal) -> [String: ParameterValue] {
        guard weight != nil || cap != nil else {
            throw Refusal(.missingField, .weight, "weight and cap are missing: give one or both")
        }
        var values: [String: ParameterValue] = [:]
        if let weight {
            guard self.weight != nil else { throw notOffered(.weight) }
            guard weightRange.contains(weight) else {
                throw outOfRange(.weight, weight, "from \(weightRange.lowerBound) to \(weightRange.upperBound)")
            }
            values[isPosix ? "cpu_shares" : "weight"] =
                isPosix ? .uint64(UInt64(clamping: weight)) : .uint32(UInt32(clamping: weight))
        }
        if let cap {
            guard self.cap != nil else { throw notOffered(.cap) }
            let most = all
            // With a host's own period the smallest cap may exceed the largest, so that no range exists.
            guard cap == 0 || leastCap <= cap && cap <= most else {
                throw outOfRange(.cap, cap, "0 (no limit) or from \(leastCap) to \(most) percent of one CPU")
            }
            if isPosix {
                values["vcpu_quota"] = .int64(cap == 0 ? -1 : period.times(cap) / all)
            } else {
                values["cap"] = .uint32(UInt32(clamping: cap))
            }
        }
        return values
    }

    private func notOffered(_ subject: Refusal.Subject) -> Refusal {
        Refusal(.notOffered, subject, "\(subject): the scheduler '\(reading.type)' of this host has none")
    }

    private func outOfRange(_ subject: Refusal.Subject, _ value: Int64, _ right: String) -> Refusal {
        Refusal(.outOfRange, subject, "\(subject) is '\(value)': must be \(right)", value: "\(value)")
    }
}
