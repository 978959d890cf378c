package import FoundationEssentials

/// A machine or link part of ours that was abandoned with a host that did not answer. Whether it still exists
/// is unknown: its MAC addresses and its VNI stay reserved. If it is observed again, the server reports it, but
/// does not manage it any more.
package struct Abandoned: Sendable, Equatable, Codable {
    package enum Part: Sendable, Equatable, Codable {
        /// - Parameter macs: the MAC addresses of all its interfaces.
        case machine(Machine, macs: [MACAddress])
        /// A link's part on the host.
        case link(Segment)
    }

    /// The place and time of an observation after it was abandoned.
    package struct Sighting: Sendable, Equatable, Codable {
        package var host: String
        package var time: Date

        package init(host: String, time: Date) {
            self.host = host
            self.time = time
        }
    }

    /// The UUID of a machine; of a link's part, its UUID and the host.
    package let id: String
    /// The host it was on, by the host's registered name at that time.
    package var host: String
    package var since: Date
    package var part: Part
    /// `nil` until it is observed again.
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

    /// The host on which to search for it.
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

    /// A description for people.
    package var words: String {
        switch part {
        case .machine(let machine, _): "machine '\(machine.name)'"
        case .link(let segment): "link '\(segment.link)' of network '\(segment.networkName)' (VXLAN \(segment.vni))"
        }
    }
}

extension [Abandoned] {
    /// The warning for a caller who abandons something; `nil` if the list is empty.
    package var warning: String? {
        guard !isEmpty else { return nil }
        let hosts = Set(map(\.host)).sorted().joined(separator: ", ")
        return
            "host \(hosts) does not answer, so nothing is known of \(map(\.words).joined(separator: ", ")): it may still run "
            + "there, or run again once the host does, with its addresses, MAC addresses and VNIs, and send frames to the "
            + "hosts that it shared a link with. Its MAC addresses and VNIs stay reserved, its addresses do not. When the "
            + "server observes it again, it reports an event (abandonedFound); endAbandoned ends it"
    }
}

extension Refusal.Code {
    /// Codes of a host that cannot be contacted, for now or for good: machines and links on it can be
    /// abandoned.
    package static let lost: Set<Refusal.Code> = [
        .hostUnreachable, .timedOut, .hostKeyRefused, .hostKeyMissing, .hostShutDown,
    ]
}

extension VirtualNetwork {
    /// MAC addresses of a router's interfaces.
    func macs(of router: String) -> [MACAddress] { links.compactMap { $0.end(of: router)?.mac } }
}

extension Fleet {
    /// The abandoned machines and link parts to search for on a host, and to end there.
    package func abandoned(on host: String) -> [Abandoned] { abandoned.filter { $0.place == host } }

    /// The record of a machine of ours that is being abandoned.
    package func abandoning(_ machine: Machine, at now: Date) -> Abandoned {
        let network = networks.first { $0.name == machine.network }
        let macs = network?.macs(of: machine.name) ?? []
        return Abandoned(
            .machine(machine, macs: macs.isEmpty ? [machine.mac].compactMap(\.self) : macs), on: machine.host,
            since: now)
    }
}
