/// What is worth knowing of a host on which something is made, and does not stand in its way.
enum HostNotes {
    /// - Parameters:
    ///   - bridges: what is connected there.
    ///   - volumes: what is made there.
    static func notes(of node: Node, _ survey: HostSurvey, bridges: [String], volumes: [VolumeName]) -> [String] {
        var notes: [String] = []
        func note(_ words: String) {
            if !notes.contains(words) { notes.append(words) }
        }
        for bridge in bridges {
            guard let filter = HostSurvey.Filter.words(survey.filters, on: bridge) else { continue }
            let of = bridge.hasPrefix("vms-") ? "links' bridges forward" : "bridge \(bridge) forwards"
            note("host '\(node.name)': its firewall drops what \(of): \(filter)")
        }
        for pool in survey.pools where pool.autostarts == false && volumes.contains(where: { $0.pool == pool.name }) {
            note(
                "host '\(node.name)': pool '\(pool.name.shown)' does not start with the host, nor do the machines then that "
                    + "have their disks there: virsh pool-autostart \(pool.name.shown)")
        }
        return notes
    }
}

extension NetworkDraft {
    /// Of every host of the network, and of what cannot be proven.
    func notes(_ surveys: [String: HostSurvey]) -> [String] {
        notesOfHosts(surveys)
            + NetworkProofs(of: network, beside: []).unasked().map { links in
                let names = links.prefix(8).map(\.name).joined(separator: ", ") + (links.count > 8 ? ", …" : "")
                return "each link is proven by itself, and nothing is asked across links \(names): none has an "
                    + "address to spare to ask from; give one of them a larger prefix, such as /29"
            }
    }

    private func notesOfHosts(_ surveys: [String: HostSurvey]) -> [String] {
        let machines = Dictionary(grouping: machines, by: \.machine.node)
        return nodes.flatMap { node -> [String] in
            guard let survey = surveys[node.name] else { return [] }
            let places = network.links.flatMap(\.places).filter { $0.node == node.name }
            return HostNotes.notes(
                of: node, survey, bridges: places.filter { !$0.isDirect }.map(\.bridge),
                volumes: (machines[node.name] ?? []).flatMap(\.machine.volumes))
        }
    }
}
