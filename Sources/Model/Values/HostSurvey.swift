/// What a host is and has, as asked just now. A figure that the driver does not tell is `nil`, never zero.
package struct HostSurvey: Sendable, Equatable {
    package struct Bridge: Sendable, Equatable {
        package var name: String
        /// Whether a physical interface of the host is one of its ports.
        package var isPhysical: Bool

        package init(name: String, isPhysical: Bool) {
            self.name = name
            self.isPhysical = isPhysical
        }
    }

    /// A network card of the host, or what stands for one: a bond, a VLAN.
    package struct Interface: Sendable, Equatable {
        package var name: String
        /// The bridge it is a port of.
        package var bridge: String?

        package init(name: String, bridge: String?) {
            self.name = name
            self.bridge = bridge
        }
    }

    package struct Address: Sendable, Equatable {
        package var address: IPAddress
        /// Largest IP packet of its interface, in bytes.
        package var mtu: Int

        package init(address: IPAddress, mtu: Int) {
            self.address = address
            self.mtu = mtu
        }
    }

    package struct Pool: Sendable, Equatable {
        package var name: String
        package var path: String
        /// Room left, in bytes.
        package var available: Int64
        /// All its room, in bytes.
        package var capacity: Int64?
        /// libvirt's word for what it is, such as `dir`; `nil` where nobody told.
        package var type: String?
        /// Whether the host can write there; `nil` where it was not asked.
        package var isWritable: Bool?
        /// Whether it starts with the host; `nil` where nobody told.
        package var autostarts: Bool?

        package init(name: String, path: String, available: Int64) {
            self.name = name
            self.path = path
            self.available = available
        }
    }

    /// A firewall that drops what a bridge forwards.
    package struct Filter: Sendable, Equatable {
        /// `vms-` for those of links.
        package var bridge: String
        package var words: String

        package init(bridge: String, words: String) { (self.bridge, self.words) = (bridge, words) }

        /// What those of a bridge say, with how to mend it; `nil` without any.
        package static func words(_ filters: [Filter], on bridge: String) -> String? {
            let own = filters.filter { bridge.hasPrefix("vms-") ? $0.bridge == "vms-" : $0.bridge == bridge }.map(
                \.words)
            guard !own.isEmpty else { return nil }
            return own.prefix(3).joined(separator: ", ") + "; accept that there, or sysctl -w "
                + "net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0"
        }
    }

    package struct Domain: Sendable, Equatable {
        package var name: String
        package var id: MachineID
        package var isActive: Bool

        package init(name: String, id: MachineID, isActive: Bool) {
            self.name = name
            self.id = id
            self.isActive = isActive
        }
    }

    package var hypervisor: HypervisorKind
    package var hypervisorVersion: String
    package var libvirtVersion: String
    package var hostName: String
    package var cpuModel: String
    package var cpuMHz: Int
    package var cpus: Int
    package var coresPerSocket: Int
    package var memoryKiB: Int64
    /// What the hypervisor has not given away, in bytes.
    package var freeMemory: Int64?
    /// What its kernel could make free for machines, with what it only caches, in bytes; `nil` where that is not told.
    package var availableMemory: Int64?
    /// What running machines have of the host's memory by now, in bytes; `nil` where that is not told. One that is not among
    /// them has nothing that is known of.
    package var resident: [MachineID: Int64]?
    package var arch: String
    /// libvirt's domain types for `arch`, such as `kvm`, `qemu`, `xen`.
    package var domainTypes: [String]
    /// libvirt's names for how it runs them, such as `hvm`, `xen` (PV), `xenpvh`.
    package var guestTypes: [String] = []
    /// The CPU scheduler as the hypervisor names it; `nil` where no machine is there to tell it.
    package var schedulerType: String?
    package var bridges: [Bridge]
    package var pools: [Pool]
    package var domains: [Domain]
    /// Whether bytes can be sent to its pools; libvirt's test driver has no real storage.
    package var storesVolumes: Bool
    /// Whether the host can be asked to look for an address on its links, if it has the programs: ``lackOfProbes(for:on:)``.
    package var probesAddresses: Bool
    /// Whether it can listen for frames on its bridges.
    package var hearsFrames = false

    /// The host's own addresses, under which other hosts may reach it; loopback and link-local ones are not told.
    package var addresses: [Address] = []
    /// Programs that links of virtual networks and proofs need and the host lacks; `nil` where no program can be run.
    package var lackedForSegments: [LackedProgram]?
    /// `nil` where libvirt tells no UUID of it.
    package var identity: HostIdentity?
    /// Bridges that have no IPv6, on which no IPv6 address can be asked for; `all` where the kernel has none.
    package var withoutIPv6: Set<String> = []
    /// That to which the server's own connection went.
    package var reached: IPAddress?
    /// Those from which it would send to elsewhere, one of each family at most.
    package var sources: [IPAddress] = []
    /// Firewalls that drop what bridges forward.
    package var filters: [Filter] = []
    /// VNIs that a new link cannot have there: another VXLAN has them, or a device or network of their links' names is there.
    package var takenVNIs: Set<Int> = []
    /// Its network cards; empty where no program can be run.
    package var interfaces: [Interface] = []
    /// What its kernel can do to frames on their way to a router; `nil` where it has no `tc`, or was not asked.
    package var shapers: Set<Shaper>?

    /// What machines of ours were promised on this host and do not have yet, in bytes: see ``promised(to:)``.
    package var promised: Int64 = 0

    /// What the host can still give to machines, in MiB: what its kernel could make available (on Xen, what the hypervisor has
    /// left; where neither is told, all there is), less what others were promised.
    package var roomMiB: Int64 {
        max(0, (availableMemory ?? freeMemory ?? memoryKiB.times(1024)).minus(promised)) / 1_048_576
    }

    /// What machines that are recorded on this host were promised and do not have yet, in bytes: all of those that do not
    /// run, and of running ones what they have not touched, as far as the host tells that. A Xen host gives a machine all of
    /// it when it starts.
    package func promised(to machines: [Machine]) -> Int64 {
        let running = Set(domains.filter(\.isActive).map(\.id))
        return machines.reduce(Int64(0)) { sum, machine in
            let whole = machine.memoryMiB.times(1_048_576)
            guard running.contains(machine.id) else { return sum.plus(whole) }
            guard hypervisor != .xen else { return sum }
            return sum.plus(max(0, whole.minus(resident?[machine.id] ?? 0)))
        }
    }

    package init(
        hypervisor: HypervisorKind, hypervisorVersion: String, libvirtVersion: String, hostName: String,
        cpuModel: String, cpuMHz: Int, cpus: Int, coresPerSocket: Int, memoryKiB: Int64, freeMemory: Int64?,
        arch: String, domainTypes: [String], bridges: [Bridge], pools: [Pool], domains: [Domain],
        storesVolumes: Bool, probesAddresses: Bool
    ) {
        self.hypervisor = hypervisor
        self.hypervisorVersion = hypervisorVersion
        self.libvirtVersion = libvirtVersion
        self.hostName = hostName
        self.cpuModel = cpuModel
        self.cpuMHz = cpuMHz
        self.cpus = cpus
        self.coresPerSocket = coresPerSocket
        self.memoryKiB = memoryKiB
        self.freeMemory = freeMemory
        self.arch = arch
        self.domainTypes = domainTypes
        self.bridges = bridges
        self.pools = pools
        self.domains = domains
        self.storesVolumes = storesVolumes
        self.probesAddresses = probesAddresses
    }
}

extension HostSurvey {
    /// Why no IPv6 address can be asked for on a bridge; `nil` where it can.
    package func lackOfIPv6(on bridge: String) -> String? {
        if withoutIPv6.contains("all") {
            return "the kernel of host '\(hostName)' has no IPv6 to ask with; boot it without ipv6.disable"
        }
        guard withoutIPv6.contains(bridge) else { return nil }
        return "bridge '\(bridge)' of host '\(hostName)' has no IPv6 to ask with; "
            + "sysctl -w net.ipv6.conf.\(bridge).disable_ipv6=0 there"
    }

    /// Why nobody can ask there who answers at an address; `nil` where that can be.
    package func lackOfProbes(for address: IPAddress, on bridge: String) -> String? {
        guard probesAddresses else { return "a \(hypervisor.name) host cannot be asked whether \(address) answers" }
        let needed: Set<HostProgram> = address.isIPv6 ? [.ip, .ndisc6, .ping] : [.ip, .arping, .ping, .timeout]
        let lacked = (lackedForSegments ?? []).filter { needed.contains($0.program) }
        guard lacked.isEmpty else {
            return "host '\(hostName)' cannot be asked whether \(address) answers: it lacks \(lacked.words)"
        }
        return address.isIPv6 ? lackOfIPv6(on: bridge) : nil
    }
}
