internal import Model

/// The answer of the script `prove-link`, and its evaluation.
struct LinkAnswers {
    enum Fault {
        case silent
        case answeredBy(MACAddress)
        case onlySmallFrames
        case noEcho
        case unheard(Image.Probe)
    }

    private var macs: [Int: MACAddress] = [:]
    private var frames: [Int: String] = [:]
    private var heard: [Int: Bool] = [:]
    private var stranger: String?
    private var lacksBridge = false

    init(_ output: String) {
        for line in output.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ").map(String.init)
            guard words.count >= 2 else { continue }
            let number = Int(told: words[1], in: Foreign.count) ?? -1
            switch (words[0], words.count) {
            case ("there", 3): macs[number] = MACAddress(words[2])
            case ("frames", 3): frames[number] = words[2]
            case ("heard", 3): heard[number] = words[2] == "yes"
            case ("nobridge", 2): lacksBridge = true
            case ("stranger", _): stranger = stranger ?? words.dropFirst().joined(separator: " ")
            default: continue
            }
        }
    }

    /// Returns the first failure; `nil` if the link is proven.
    func refusal(of proof: LinkProof) -> Refusal? {
        if lacksBridge { return Self.noBridge(proof.link, proof.network, proof.bridge, on: proof.host) }
        // The script stops at a wrong answerer, before it has listened to the others.
        for (number, target) in proof.targets.enumerated() {
            guard let mac = macs[number], mac != target.mac else { continue }
            return Self.refusal(of: proof, target, .answeredBy(mac))
        }
        for (number, target) in proof.targets.enumerated() {
            if let fault = fault(number, target) { return Self.refusal(of: proof, target, fault) }
        }
        guard let stranger else { return nil }
        return Refusal(
            .proofFailed, .link,
            "link '\(proof.link)' of network '\(proof.network)' is not alone: on \(proof.host) a frame came from "
                + "\(Self.sender(stranger)), which is none of its routers", detail: stranger,
            value: proof.link, host: proof.host)
    }

    static func noBridge(_ link: String, _ network: String, _ bridge: String, on host: String) -> Refusal {
        Refusal(
            .proofFailed, .link,
            "link '\(link)' of network '\(network)', on host \(host): its bridge \(bridge) is not there", value: link,
            host: host)
    }

    /// Returns the source address in a line of `tcpdump -e`: time, source, `>`, destination.
    private static func sender(_ line: String) -> String {
        line.split(separator: " ").dropFirst().first.map(String.init) ?? "an unknown sender"
    }

    private func fault(_ number: Int, _ target: LinkProof.Target) -> Fault? {
        if target.address != nil {
            guard macs[number] != nil else { return .silent }
            switch frames[number] {
            case "full", "unasked": break
            case "small": return .onlySmallFrames
            default: return .noEcho
            }
        }
        guard let probe = target.probe, heard[number] != true else { return nil }
        return .unheard(probe)
    }

    static func refusal(of proof: LinkProof, _ target: LinkProof.Target, _ fault: Fault) -> Refusal {
        let router = "router '\(target.router)'"
        let at = target.address.map { " at \($0)" } ?? ""
        let hop = hop(proof, target)
        let found =
            switch fault {
            case .silent: "\(router)\(at) did not answer within \(proof.seconds) s, asked by ARP or neighbour discovery"
            case .answeredBy(let mac): "\(mac) answers\(at) instead of \(router), which has \(target.mac)"
            case .onlySmallFrames:
                "small frames reach \(router)\(at) and come back, full ones of \(proof.mtu) bytes do not: an MTU on the "
                    + "way is smaller"
            case .noEcho:
                "\(router)\(at) is there, but does not answer ping"
                    + (target.lender.map { ", asked in the name of \($0): no address of the link is free to ask from" }
                        ?? "")
            case .unheard(let probe):
                "\(router) is there, but sent no \(probe.protocolName) within \(proof.seconds) s: its stack does not run"
            }
        return Refusal(
            .proofFailed, .link, "link '\(proof.link)' of network '\(proof.network)', \(hop): \(found)",
            value: proof.link, host: proof.host, machine: target.router)
    }

    /// Describes the part of the link with the fault. If other hosts than the router's own report it, the router's own
    /// host had found the router before.
    private static func hop(_ proof: LinkProof, _ target: LinkProof.Target) -> String {
        if target.host == proof.host { return "on host \(proof.host)" }
        let way =
            switch proof.medium {
            case .vxlan(let vni): "VXLAN \(vni)"
            case .physical: "the physical network"
            }
        return "from host \(proof.host) to host \(target.host) over \(way)"
    }
}
