internal import Libvirt
internal import Model

/// Proves a link from a host, without anything in the guests except their network stacks.
struct LinkProver {
    private let opened: HostSession.Opened

    init(_ opened: HostSession.Opened) { self.opened = opened }

    /// - Throws: `proofFailed` with the link, the router, the question and the answer.
    func prove(_ proof: LinkProof) async throws(Refusal) {
        guard proof.medium != .physical else { return try await ask(physical: proof) }
        let answers = try await run(ProveLink(proof), seconds: proof.seconds.plus(proof.answeringSeconds))
        if let refusal = answers.refusal(of: proof) {
            throw await refusal.namingFilters(of: opened.route.shell, on: proof.bridge)
        }
    }

    /// Checks only that the routers answer: on a physical network no address is ours to ask from.
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

    /// - Throws: `proofFailed` with how far the packets came.
    func prove(_ proof: ReachProof) async throws(Refusal) {
        let answers = try await run(ProveReach(proof), seconds: proof.seconds.plus(proof.answeringSeconds))
        if let refusal = answers.refusal(of: proof) {
            throw await refusal.namingFilters(of: opened.route.shell, on: proof.bridge)
        }
    }

    private func run<Call: ScriptCall>(_ call: Call, seconds: Int) async throws(Refusal) -> Call.Answer {
        guard let shell = opened.route.shell else {
            throw Refusal(.notOffered, "this host cannot prove links: no program can be run on it")
        }
        return try await shell.run(call, seconds: seconds)
    }
}
