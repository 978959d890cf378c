/// Notes about a host on which a plan makes something; they do not prevent the plan.
enum HostNotes {
    /// - Parameters:
    ///   - bridges: bridges to which the plan connects machines.
    ///   - volumes: volumes that the plan makes.
    static func notes(of host: Host, _ survey: HostSurvey, bridges: [String], volumes: [VolumeName]) -> [String] {
        var notes: [String] = []
        func note(_ words: String) {
            if !notes.contains(words) { notes.append(words) }
        }
        for bridge in bridges {
            guard let filter = HostSurvey.Filter.words(survey.filters, on: bridge) else { continue }
            let of = bridge.hasPrefix("vms-") ? "links' bridges forward" : "bridge \(bridge) forwards"
            note("host '\(host.name)': its firewall drops what \(of): \(filter)")
        }
        for pool in survey.pools where pool.autostarts == false && volumes.contains(where: { $0.pool == pool.name }) {
            note(
                "host '\(host.name)': pool '\(pool.name.shown)' does not start with the host, nor do the machines then that "
                    + "have their disks there: virsh pool-autostart \(pool.name.shown)")
        }
        return notes
    }
}
