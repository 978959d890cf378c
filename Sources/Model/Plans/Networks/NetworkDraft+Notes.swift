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
