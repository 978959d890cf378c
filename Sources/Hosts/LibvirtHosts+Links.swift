package import Model

extension LibvirtHosts {
    package nonisolated func links(on host: Host) async throws(Refusal) -> HostLinks {
        try await read(host) { [access] opened in
            guard let shell = opened.route.shell else {
                throw Refusal(
                    .notOffered, "this host's network devices cannot be looked at: no program can be run on it")
            }
            return try await shell.run(ListDevices(), seconds: access.scriptSeconds)
        }
    }

    package nonisolated func refusedVNIs(of segments: [Segment], on host: Host) async throws(Refusal) -> Set<Int> {
        let tunneled = segments.filter { !$0.peers.isEmpty }
        guard !tunneled.isEmpty else { return [] }
        return try await read(host) { opened in
            guard let shell = opened.route.shell else { return [] }
            let refused = try await shell.run(TryVNIs(of: tunneled), seconds: 20)
            for vni in refused { opened.learned.avoid(vni: vni) }
            return Set(refused).intersection(tunneled.map(\.vni))
        }
    }
}
