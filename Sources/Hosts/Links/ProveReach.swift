internal import Model

/// Proves that addresses beyond a link answer through one of its routers.
struct ProveReach: ScriptCall {
    static let script = HostScript(
        "prove-reach", PackageResources.prove_reach_sh, to: "probe addresses beyond a link")

    let arguments: [HostArgument]

    /// - Throws: `invalidValue` for a device that a shell could interpret.
    init(_ proof: ReachProof) throws(Refusal) {
        arguments =
            [
                try HostArgument(device: proof.bridge), HostArgument(proof.mtu), HostArgument(proof.source),
                HostArgument(proof.sourceMAC), HostArgument(proof.seconds), HostArgument(proof.gateway.address),
                HostArgument(proof.patience ?? 1),
            ] + proof.targets.map { HostArgument($0.address) }
    }

    func answer(_ output: String) -> ReachAnswers { ReachAnswers(output) }
}

/// The answer of the script `prove-reach`, and its evaluation.
struct ReachAnswers {
    private var verdicts: [IPAddress: String] = [:]
    private var hops: [IPAddress: [IPAddress]] = [:]
    private var lacksBridge = false

    init(_ output: String) {
        for line in output.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ").map(String.init)
            if words.first == "nobridge" { lacksBridge = true }
            guard words.count >= 2, let address = IPAddress(words[1]) else { continue }
            if words[0] == "hop", words.count == 3, let hop = IPAddress(words[2]) {
                hops[address, default: []].append(hop)
            } else {
                verdicts[address] = words[0]
            }
        }
    }

    func refusal(of proof: ReachProof) -> Refusal? {
        if lacksBridge { return LinkAnswers.noBridge(proof.link, proof.network, proof.bridge, on: proof.host) }
        guard let target = proof.targets.first(where: { verdicts[$0.address] != "reached" }) else { return nil }
        let way =
            "network '\(proof.network)': from link '\(proof.link)' through router '\(proof.gateway.router)' to router "
            + "'\(target.router)' on link '\(target.link)' at \(target.address)"
        let found: String
        if verdicts[target.address] == "small" {
            found = "small packets arrive, full ones of \(proof.mtu) bytes do not"
        } else if let last = hops[target.address]?.last {
            let known = ([proof.gateway] + proof.targets).first { $0.address == last }
            found =
                "no packet arrives within \(proof.seconds) s; the last router that answered is "
                + "\(known.map { "'\($0.router)' at " } ?? "")\(last)"
        } else {
            found = "no packet arrives within \(proof.seconds) s, and no router on the way answered"
        }
        return Refusal(
            .proofFailed, .link, "\(way): \(found)", value: proof.link, host: proof.host,
            machine: target.router)
    }
}
