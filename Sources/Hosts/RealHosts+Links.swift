package import Model

extension RealHosts {
    package nonisolated func links(on node: Node) async throws(Refusal) -> HostLinks {
        try await read(node) { [access] opened in
            guard let shell = opened.route.shell else {
                throw Refusal(
                    .notOffered, "this host's network devices cannot be looked at: no program can be run on it")
            }
            return LinksReading(try await shell.run(.links, [], seconds: access.scriptSeconds)).links
        }
    }

    package nonisolated func refusedVNIs(of segments: [Segment], on node: Node) async throws(Refusal) -> Set<Int> {
        let asked = segments.filter { !$0.peers.isEmpty }
        guard !asked.isEmpty else { return [] }
        return try await read(node) { opened in
            guard let shell = opened.route.shell else { return [] }
            let told = try await shell.run(
                .tryVNIs, asked.flatMap { [HostArgument($0.vni), HostArgument($0.local)] }, seconds: 20)
            let refused = told.split(whereSeparator: \.isNewline).compactMap { line -> Int? in
                let words = line.split(separator: " ")
                return words.count == 2 && words[0] == "used" ? Int(told: words[1], in: Foreign.vni) : nil
            }
            for vni in refused { opened.learned.avoid(vni: vni) }
            return Set(refused).intersection(asked.map(\.vni))
        }
    }
}
