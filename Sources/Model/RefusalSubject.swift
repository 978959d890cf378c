extension Refusal {
    /// The part of a request that a refusal is about. A face spells it by the name of its own field.
    package enum Subject: Sendable, Hashable, Codable {
        // Hosts.
        case host, sourceHost, destinationHost, hostName, hostAddress, hostKey, trust, uri, underlay, storagePool
        // Machines.
        case machineName, machineID, address, memory, vcpus, guestType, hypervisor, interface, pool, diskPath,
            transfersDisk, dropsSavedMemory, waitFor, timeout, weight, cap
        // Moves.
        case bandwidth, downtime, gap, deadline, onDeadline, machines
        // Images.
        case image, os, arch, kernelVersion, stack, tag, version, manifest, file, size, digest, upload, uploadOffset
        // Networks.
        case networkName, router, link, mtu, plan, hostCount, machineNames
        /// The address of a router on a link.
        case linkAddress(link: String, router: String)
        case linkPrefix(link: String)
        /// An address that the server chose from a link's prefix.
        case chosenAddress(link: String, prefix: IPPrefix)
        case operation
        // Access.
        case credential, service, user, team, token, role, days, source, until, certificateKey, noLimit
        case webhook
        /// Any other subject, by the name that its reader knows.
        case field(String)
    }
}

extension Refusal.Subject {
    /// The subject in plain words, for the log: `destination host`.
    package var words: String {
        switch self {
        case .linkAddress(let link, let router): "link '\(link)', address of '\(router)'"
        case .linkPrefix(let link): "link '\(link)', prefix"
        case .chosenAddress(let link, let prefix): "link '\(link)', prefix \(prefix): an address of it"
        case .field(let name): name
        default: String(describing: self).reduce(into: "") { $0 += $1.isUppercase ? " " + $1.lowercased() : String($1) }
        }
    }
}
