extension SchedulerRules {
    /// Judges by what a hypervisor tells of a machine whether it kept what was set. Some clamp a value, or take one and
    /// go on with another, without an error.
    ///
    /// - Throws: `hypervisorFailed` with what was asked and what there is.
    package static func check(
        asked: [String: ParameterValue], had: [String: ParameterValue], machine: String
    ) throws(Refusal) {
        for (name, value) in asked.sorted(by: { $0.key < $1.key }) {
            guard let now = had[name], !isSame(value, now, name) else { continue }
            let subject: Refusal.Subject = ["cap", "vcpu_quota"].contains(name) ? .cap : .weight
            let shown = ["cap", "weight"].contains(name) ? "" : " (\(name))"
            throw Refusal(
                .hypervisorFailed, subject,
                "\(subject)\(shown) was set to '\(value)' for \(.machineName) '\(machine.shown)', and the "
                    + "hypervisor goes on with "
                    + "'\(now)': must be a value that it keeps", value: "\(value)", machine: machine.shown)
        }
    }

    private static func isSame(_ one: ParameterValue, _ other: ParameterValue, _ name: String) -> Bool {
        if name == "vcpu_quota", isUnlimited(one), isUnlimited(other) { return true }
        // libvirt tells some parameters in another type than it takes them in.
        if let one = one.integer, let other = other.integer { return one == other }
        return one.description == other.description
    }

    /// Whether a quota limits nothing: a negative one, none, and libvirt's largest, 2^44 - 1 µs.
    static func isUnlimited(_ quota: ParameterValue) -> Bool {
        guard let micros = quota.integer else { return true }
        return micros <= 0 || micros >= 17_592_186_044_415
    }
}
