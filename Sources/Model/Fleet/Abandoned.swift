package import FoundationEssentials

/// Something of ours that was given up with a host that did not answer. Whether it is still there nobody can tell: its MAC
/// addresses and its VNI stay taken, and when it is seen again it is told, and is not ours.
package struct Abandoned: Sendable, Equatable, Codable {
    package enum Part: Sendable, Equatable, Codable {
        /// - Parameter macs: of all its interfaces.
        case machine(Machine, macs: [MACAddress])
        /// A link's part on the host.
        case link(Segment)
    }

    /// Where it was seen after it had been given up.
    package struct Sighting: Sendable, Equatable, Codable {
        package var host: String
        package var time: Date

        package init(host: String, time: Date) {
            self.host = host
            self.time = time
        }
    }

    /// Of a machine its UUID; of a link's part that and the host.
    package let id: String
    /// The host it was on, by its registered name at that time.
    package var host: String
    package var since: Date
    package var part: Part
    /// `nil` until it is seen again.
    package var seen: Sighting?

    package init(_ part: Part, on host: String, since: Date) {
        self.part = part
        self.host = host
        self.since = since
        switch part {
        case .machine(let machine, _): id = machine.id.text
        case .link(let segment): id = "\(segment.uuid) \(host)"
        }
    }

    /// The host on which it has to be looked for.
    package var place: String { seen?.host ?? host }

    /// Name of the virtual network that it was a part of.
    package var network: String? {
        switch part {
        case .machine(let machine, _): machine.network
        case .link(let segment): segment.networkName
        }
    }

    package var macs: [MACAddress] { if case .machine(_, let macs) = part { macs } else { [] } }

    package var vni: Int? { if case .link(let segment) = part { segment.vni } else { nil } }

    /// What it is, for people.
    package var words: String {
        switch part {
        case .machine(let machine, _): "machine '\(machine.name)'"
        case .link(let segment): "link '\(segment.link)' of network '\(segment.networkName)' (VXLAN \(segment.vni))"
        }
    }
}

extension [Abandoned] {
    /// What whoever gives something up has to know; empty where nothing was.
    package var warning: String? {
        guard !isEmpty else { return nil }
        let hosts = Set(map(\.host)).sorted().joined(separator: ", ")
        return
            "host \(hosts) does not answer, so nothing is known of \(map(\.words).joined(separator: ", ")): it may still run "
            + "there, or run again once the host does, with its addresses, MAC addresses and VNIs, and send frames to the "
            + "hosts that it shared a link with. Its MAC addresses and VNIs stay taken, its addresses do not. When it is seen "
            + "again that is told (abandonedFound), and endAbandoned ends it"
    }
}

extension Refusal.Code {
    /// Those of a host about which nothing can be asked, for now or for good: what is there can be given up.
    package static let lost: Set<Refusal.Code> = [
        .hostUnreachable, .timedOut, .hostKeyRefused, .hostKeyMissing, .hostShutDown,
    ]
}

extension VirtualNetwork {
    /// MAC addresses of a router's interfaces.
    func macs(of router: String) -> [MACAddress] { links.compactMap { $0.end(of: router)?.mac } }
}

extension Fleet {
    /// What is to be looked for on a host, and ended there.
    package func abandoned(on host: String) -> [Abandoned] { abandoned.filter { $0.place == host } }

    /// A machine of ours as something that is given up.
    package func abandoning(_ machine: Machine, at now: Date) -> Abandoned {
        let network = networks.first { $0.name == machine.network }
        let macs = network?.macs(of: machine.name) ?? []
        return Abandoned(
            .machine(machine, macs: macs.isEmpty ? [machine.mac].compactMap(\.self) : macs), on: machine.host,
            since: now)
    }
}
