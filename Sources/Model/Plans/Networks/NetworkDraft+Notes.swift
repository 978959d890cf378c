extension NetworkDraft {
    /// Notes about every host of the network, and about links that cannot be proven.
    func notes(_ surveys: [String: HostSurvey]) -> [String] {
        notesOfHosts(surveys)
            + NetworkProofs(of: network, beside: []).untested().map { links in
                let names = links.prefix(8).map(\.name).joined(separator: ", ") + (links.count > 8 ? ", …" : "")
                return "each link is proven by itself, but no addresses are probed across links \(names): none has a "
                    + "spare address to probe from; give one of them a larger prefix, such as /29"
            }
    }

    private func notesOfHosts(_ surveys: [String: HostSurvey]) -> [String] {
        let machines = Dictionary(grouping: machines, by: \.machine.host)
        return hosts.flatMap { host -> [String] in
            guard let survey = surveys[host.name] else { return [] }
            let places = network.links.flatMap(\.places).filter { $0.host == host.name }
            return HostNotes.notes(
                of: host, survey, bridges: places.filter { !$0.isDirect }.map(\.bridge),
                volumes: (machines[host.name] ?? []).flatMap(\.machine.volumes))
        }
    }
}
