internal import Model

/// Proves that the routers of a link answer.
struct ProveLink: ScriptCall {
    static let script = HostScript("prove-link", PackageResources.prove_link_sh, to: "probe routers on a link")

    let arguments: [HostArgument]

    /// - Throws: `invalidValue` for a device or a filter that a shell could interpret.
    init(_ proof: LinkProof) throws(Refusal) {
        var arguments = [
            try HostArgument(device: proof.bridge), HostArgument(proof.mtu), HostArgument(proof.source),
            HostArgument(proof.sourceMAC), HostArgument(proof.seconds), HostArgument(proof.members),
            HostArgument(proof.strangers), HostArgument(proof.patience ?? 1), HostArgument(proof.tries ?? 5),
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
        self.arguments = arguments
    }

    func answer(_ output: String) -> LinkAnswers { LinkAnswers(output) }
}
