internal import Model
internal import Workers

/// Hosts that do not answer: what is there may be given up, and only there.
extension ControlContext {
    /// Why a host cannot be asked anything; `nil` when it answers, also by saying that it cannot do what is asked.
    func loss(of host: Host) async -> Refusal? {
        // A call that takes too long is no loss: the watch gives a silent host up after 20 s.
        if await watch.condition(of: host.name)?.state == .up { return nil }
        do throws(Refusal) {
            _ = try await hypervisor.machines(on: host)
            return nil
        } catch {
            return Refusal.Code.lost.contains(error.code) ? error : nil
        }
    }

    /// - Throws: `hostAnswers`.
    func checkLost(_ host: Host, subject: Refusal.Subject) async throws(Refusal) {
        guard await loss(of: host) == nil else { return }
        throw Refusal(
            .hostAnswers, subject,
            "\(subject) is '\(host.name)': the host answers, or was not found to be lost yet, which takes up to "
                + "20 s: only what is on a lost host is given up; ask again without abandon", value: host.name,
            host: host.name)
    }

    /// Those of a network's hosts that do not answer, asked side by side.
    ///
    /// - Throws: `hostAnswers` when all do.
    func lost(of network: VirtualNetwork, in fleet: Fleet) async throws(Refusal) -> Set<String> {
        let hosts = fleet.hosts.filter { network.hosts.contains($0.name) }
        let losses = await concurrently(over: hosts) { host in await loss(of: host) }
        let lost = Set(zip(hosts, losses).compactMap { host, loss in loss.map { _ in host.name } })
        guard lost.isEmpty else { return lost }
        throw Refusal(
            .hostAnswers, .networkName,
            "\(.networkName) is '\(network.name)': every host of it (\(network.hosts.joined(separator: ", "))) "
                + "answers, or was not "
                + "found to be lost yet, which takes up to 20 s: nothing of it is given up; ask again without abandon",
            value: network.name)
    }
}

extension Refusal {
    /// The same, with what is left to who finds a host lost for good.
    var namingAbandon: Refusal {
        guard Code.lost.subtracting([.timedOut, .hostShutDown]).contains(code) else { return self }
        var copy = self
        copy.reason +=
            "; where the host is lost for good, ask with abandon, which gives up what is there, and where it was installed anew, "
            + "give it its new key (updateNode)"
        return copy
    }
}
