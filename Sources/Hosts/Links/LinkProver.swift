internal import Libvirt
internal import Model

/// Asks on a host whether a link holds, without anything in the guests but their stacks.
struct LinkProver {
    private let opened: HostSession.Opened

    init(_ opened: HostSession.Opened) { self.opened = opened }

    /// - Throws: `proofFailed` with the link, the router, what was asked and what came.
    func prove(_ proof: LinkProof) async throws(Refusal) {
        guard proof.medium != .physical else { return try await ask(physical: proof) }
        let answers = try await run(ProveLink(proof), seconds: proof.seconds.plus(proof.answeringSeconds))
        if let refusal = answers.refusal(of: proof) {
            throw await refusal.namingFilters(of: opened.route.shell, on: proof.bridge)
        }
    }

    /// Only whether the routers are there: no address of that network is ours to ask from.
    private func ask(physical proof: LinkProof) async throws(Refusal) {
        for target in proof.targets {
            guard let address = target.address else { continue }
            let probe = try ProbeAddress(address, on: proof.bridge, seconds: proof.seconds)
            let mac = try await run(probe, seconds: proof.seconds.plus(10)).mac
            guard mac == target.mac else {
                let refusal = LinkAnswers.refusal(of: proof, target, mac.map { .answeredBy($0) } ?? .silent)
                throw await refusal.namingFilters(of: opened.route.shell, on: proof.bridge)
            }
        }
    }

    /// - Throws: `proofFailed` with how far packets came.
    func prove(_ proof: ReachProof) async throws(Refusal) {
        let answers = try await run(ProveReach(proof), seconds: proof.seconds.plus(proof.answeringSeconds))
        if let refusal = answers.refusal(of: proof) {
            throw await refusal.namingFilters(of: opened.route.shell, on: proof.bridge)
        }
    }

    private func run<Call: ScriptCall>(_ call: Call, seconds: Int) async throws(Refusal) -> Call.Answer {
        guard let shell = opened.route.shell else {
            throw Refusal(.notOffered, "this host cannot be asked about links: no program can be run on it")
        }
        return try await shell.run(call, seconds: seconds)
    }
}
