internal import Libvirt
internal import Model

/// Asks on a host whether a link holds, without anything in the guests but their stacks.
struct LinkProver {
    private let opened: HostSession.Opened

    init(_ opened: HostSession.Opened) { self.opened = opened }

    /// - Throws: `proofFailed` with the link, the router, what was asked and what came.
    func prove(_ proof: LinkProof) async throws(Refusal) {
        guard proof.medium != .physical else { return try await ask(physical: proof) }
        let (patience, tries) = (proof.patience ?? 1, proof.tries ?? 5)
        var arguments = [
            try HostArgument(device: proof.bridge), HostArgument(proof.mtu),
            HostArgument(proof.source),
            HostArgument(proof.sourceMAC), HostArgument(proof.seconds), HostArgument(proof.members),
            HostArgument(proof.strangers), HostArgument(patience), HostArgument(tries),
        ]
        for target in proof.targets {
            arguments.append(HostArgument(target.address))
            arguments.append(HostArgument(target.mac))
            if let probe = target.probe {
                arguments.append(try HostArgument(frames: probe.frames))
            } else {
                arguments.append(.none)
            }
            arguments.append(HostArgument(target.lender))
        }
        let output = try await run(
            .proveLink, arguments,
            seconds: proof.seconds.plus(proof.answeringSeconds))
        if let refusal = LinkAnswers(output).refusal(of: proof) {
            throw await refusal.namingFilters(of: opened.route.shell, on: proof.bridge)
        }
    }

    /// Only whether the routers are there: no address of that network is ours to ask from.
    private func ask(physical proof: LinkProof) async throws(Refusal) {
        for target in proof.targets {
            guard let address = target.address else { continue }
            let told = try await run(
                .probe,
                [
                    try HostArgument(device: proof.bridge), HostArgument(address),
                    HostArgument(address.isIPv6 ? 6 : 4), HostArgument(proof.seconds),
                ], seconds: proof.seconds.plus(10))
            let found = told.split(whereSeparator: \.isNewline).first?.split(separator: " ").map(String.init) ?? []
            let mac = found.first == "answer" && found.count == 2 ? MACAddress(found[1]) : nil
            guard mac == target.mac else {
                let refusal = LinkAnswers.refusal(of: proof, target, mac.map { .answeredBy($0) } ?? .silent)
                throw await refusal.namingFilters(of: opened.route.shell, on: proof.bridge)
            }
        }
    }

    /// - Throws: `proofFailed` with how far packets came.
    func prove(_ proof: ReachProof) async throws(Refusal) {
        let patience = proof.patience ?? 1
        let output = try await run(
            .proveReach,
            [
                try HostArgument(device: proof.bridge), HostArgument(proof.mtu), HostArgument(proof.source),
                HostArgument(proof.sourceMAC), HostArgument(proof.seconds), HostArgument(proof.gateway.address),
                HostArgument(patience),
            ] + proof.targets.map { HostArgument($0.address) },
            seconds: proof.seconds.plus(proof.answeringSeconds))
        if let refusal = ReachAnswers(output).refusal(of: proof) {
            throw await refusal.namingFilters(of: opened.route.shell, on: proof.bridge)
        }
    }

    private func run(
        _ script: HostScript, _ arguments: [HostArgument], seconds: Int
    ) async throws(Refusal) -> String {
        guard let shell = opened.route.shell else {
            throw Refusal(.notOffered, "this host cannot be asked about links: no program can be run on it")
        }
        return try await shell.run(script, arguments, seconds: seconds)
    }
}
