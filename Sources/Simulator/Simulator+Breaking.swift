package import Model
internal import Synchronization

/// Defects that arise outside of operations; ``Fault`` describes failures within a step.
extension Simulator {
    /// Disconnects two hosts from each other; both still answer this server.
    package func cut(_ one: String, from other: String) {
        state.withLock { _ = $0.cuts.insert(HostPair(one, other)) }
    }

    package func join(_ one: String, with other: String) {
        state.withLock { _ = $0.cuts.remove(HostPair(one, other)) }
    }

    /// Pairs of hosts that are disconnected from each other, each pair sorted by name.
    package var cuts: [[String]] { state.withLock { $0.cuts.map { $0.names.sorted() } }.sorted { $0[0] < $1[0] } }

    package var breaks: [LinkBreak] { state.withLock { $0.breaks } }

    /// Breaks a link, or a router on it.
    ///
    /// - Parameter host: the host on which to break the link; `nil` takes the first host that has the link and, for
    ///   `mac` and `stack`, a router on it.
    /// - Throws: `networkNotFound`, `linkInvalid` if no host, or not the given host, has such a link.
    package func breakLink(
        _ link: String, of network: String, on host: String?, _ kind: LinkBreak.Kind
    ) throws(Refusal) -> LinkBreak {
        let result: Result<LinkBreak, Refusal> = state.withLock { state in
            do throws(Refusal) {
                return .success(try state.breakLink(link, of: network, on: host, kind))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Repairs the defects of a link, on one host or on all.
    ///
    /// - Returns: the repaired defects.
    package func mendLink(_ link: String, of network: String, on host: String?) -> [LinkBreak] {
        state.withLock { state in
            let mended = state.breaks.filter {
                $0.link == link && $0.network == network && (host == nil || $0.host == host)
            }
            for linkBreak in mended { state.mend(linkBreak) }
            return mended
        }
    }

    /// Sets the rate of transfers to a host, in bytes per second; `nil` restores the default.
    package func slow(_ host: String, to bytesPerSecond: Int64?) {
        state.withLock { $0.rates[host] = bytesPerSecond }
    }

    package func rate(of host: String) -> Int64? { state.withLock { $0.rates[host] } }

    /// Fills a host's pool with other data until that many bytes are left; `nil` removes the other data.
    package func fill(_ host: String, leaving bytes: Int64?) {
        change(host) { host in
            host.filled = 0
            if let bytes { host.filled = max(0, host.available - max(0, bytes)) }
        }
    }

    /// Ends all defects: faults, cuts, breaks, slow transfers, full pools. Hosts that are lost stay lost.
    package func clear() {
        script([])
        let hosts = state.withLock { state in
            for linkBreak in state.breaks { state.mend(linkBreak) }
            (state.cuts, state.rates) = ([], [:])
            return Array(state.hosts.keys)
        }
        for host in hosts { fill(host, leaving: nil) }
    }
}

extension Simulator.State {
    fileprivate mutating func breakLink(
        _ link: String, of network: String, on host: String?, _ kind: LinkBreak.Kind
    ) throws(Refusal) -> LinkBreak {
        let carriers = hosts.filter { $0.value.segments.values.contains { $0.networkName == network } }
        guard !carriers.isEmpty else {
            throw Refusal(
                .networkNotFound, .networkName,
                "\(.networkName) is '\(network.shown)': no host carries a network of that name", value: network.shown)
        }
        let needsRouter = kind == .mac || kind == .stack
        for (name, carrier) in carriers.sorted(by: { $0.key < $1.key }) where host == nil || name == host {
            guard
                let segment = carrier.segments.values.first(where: { $0.networkName == network && $0.link == link }),
                !needsRouter || carrier.router(on: segment.name) != nil
            else { continue }
            let found = LinkBreak(network: network, link: link, host: name, kind: kind, before: segment)
            switch kind {
            case .peer: hosts[name]?.segments[segment.name]?.peers = []
            case .mtu: hosts[name]?.segments[segment.name]?.mtu = max(68, segment.mtu - 100)
            case .bridge: hosts[name]?.segments[segment.name] = nil
            case .mac, .stack: break
            }
            breaks.append(found)
            return found
        }
        let there = host.map { "host \($0.shown) carries no such link" } ?? "no host carries a link of that name"
        let lacking = needsRouter ? "\(there) with a router that runs" : there
        throw Refusal(
            .linkInvalid, .link, "\(.link) is '\(link.shown)': \(lacking)", value: link.shown)
    }

    fileprivate mutating func mend(_ linkBreak: LinkBreak) {
        breaks.removeAll { $0 == linkBreak }
        // The segment was removed with its network, or an operation created it anew: then it stays as it is.
        guard linkBreak.isVisible, let host = hosts[linkBreak.host] else { return }
        let carriers = hosts.values.contains { $0.segments[linkBreak.before.name] != nil }
        if linkBreak.kind == .bridge {
            if carriers, host.segments[linkBreak.before.name] == nil {
                hosts[linkBreak.host]?.segments[linkBreak.before.name] = linkBreak.before
            }
        } else if host.segments[linkBreak.before.name] != nil {
            hosts[linkBreak.host]?.segments[linkBreak.before.name] = linkBreak.before
        }
    }
}

extension SimulatedHost {
    /// A running machine with an interface on a bridge.
    fileprivate func router(on bridge: String) -> MachineID? {
        domains.first { $0.value.isRunning && $0.value.spec?.interfaces.contains { $0.bridge == bridge } == true }?.key
    }
}
