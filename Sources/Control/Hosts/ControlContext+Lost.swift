internal import Model
internal import Workers

/// Finds hosts that do not answer. Machines and links are abandoned only on such hosts.
extension ControlContext {
    /// The reason why a host does not answer; `nil` if it answers, even if only to say that it cannot do what was
    /// requested.
    func loss(of host: Host) async -> Refusal? {
        // A call that takes too long does not mean that the host is lost: the watch reports a silent host after 20 s.
        if await watch.condition(of: host.name)?.state == .up { return nil }
        do throws(Refusal) {
            _ = try await hypervisor.machines(on: host)
            return nil
        } catch {
            return Refusal.Code.lost.contains(error.code) ? error : nil
        }
    }

    /// - Throws: `hostAnswers` if the host answers or is not known to be lost yet.
    func checkLost(_ host: Host, subject: Refusal.Subject) async throws(Refusal) {
        guard await loss(of: host) == nil else { return }
        throw Refusal(
            .hostAnswers, subject,
            "\(subject) is '\(host.name)': the host answers, or is not known to be lost yet, which takes up to "
                + "20 s: only machines on a lost host can be abandoned; repeat the request without abandon",
            value: host.name,
            host: host.name)
    }

    /// The network's unreachable hosts; all hosts are contacted in parallel.
    ///
    /// - Throws: `hostAnswers` if all of them answer.
    func lost(of network: VirtualNetwork, in fleet: Fleet) async throws(Refusal) -> Set<String> {
        let hosts = fleet.hosts.filter { network.hosts.contains($0.name) }
        let losses = await concurrently(over: hosts) { host in await loss(of: host) }
        let lost = Set(zip(hosts, losses).compactMap { host, loss in loss.map { _ in host.name } })
        guard lost.isEmpty else { return lost }
        throw Refusal(
            .hostAnswers, .networkName,
            "\(.networkName) is '\(network.name)': each of its hosts (\(network.hosts.joined(separator: ", "))) "
                + "answers, or is not known to be lost yet, which takes up to 20 s: nothing of the network can be "
                + "abandoned; repeat the request without abandon",
            value: network.name)
    }
}

extension Refusal {
    /// The same refusal; for a lost host, the message also names the remedies for a host that is lost for good.
    var namingAbandon: Refusal {
        guard Code.lost.subtracting([.timedOut, .hostShutDown]).contains(code) else { return self }
        var copy = self
        copy.reason +=
            "; if the host is lost for good, repeat the request with abandon, which abandons its machines and links; "
            + "if it was reinstalled, give it its new key (updateNode)"
        return copy
    }
}
