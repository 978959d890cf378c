extension SchedulerRules {
    /// Compares a hypervisor's report with the parameters that were set. Some hypervisors clamp a value, or
    /// accept one and use another, without an error.
    ///
    /// - Throws: `hypervisorFailed` with the requested and the actual value.
    package static func check(
        asked requested: [String: ParameterValue], had reported: [String: ParameterValue], machine: String
    ) throws(Refusal) {
        for (name, value) in requested.sorted(by: { $0.key < $1.key }) {
            guard let now = reported[name], !isSame(value, now, name) else { continue }
            let subject: Refusal.Subject = ["cap", "vcpu_quota"].contains(name) ? .cap : .weight
            let shown = ["cap", "weight"].contains(name) ? "" : " (\(name))"
            throw Refusal(
                .hypervisorFailed, subject,
                "\(subject)\(shown) was set to '\(value)' for \(.machineName) '\(machine.shown)', and the "
                    + "hypervisor uses "
                    + "'\(now)': must be a value that it accepts", value: "\(value)", machine: machine.shown)
        }
    }

    private static func isSame(_ one: ParameterValue, _ other: ParameterValue, _ name: String) -> Bool {
        if name == "vcpu_quota", isUnlimited(one), isUnlimited(other) { return true }
        // libvirt reports some parameters in another type than it accepts.
        if let one = one.integer, let other = other.integer { return one == other }
        return one.description == other.description
    }

    /// Whether a quota means no limit: a negative one, none, or libvirt's largest, 2^44 - 1 µs.
    static func isUnlimited(_ quota: ParameterValue) -> Bool {
        guard let micros = quota.integer else { return true }
        return micros <= 0 || micros >= 17_592_186_044_415
    }
}
