/// The properties and resources of a host, just looked up. A figure that the driver does not report is `nil`,
/// never zero.
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

    /// A network card of the host, or a device in its place: a bond or a VLAN.
    package struct Interface: Sendable, Equatable {
        package var name: String
        /// The bridge of which it is a port.
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
        /// Free space, in bytes.
        package var available: Int64
        /// Total space, in bytes.
        package var capacity: Int64?
        /// libvirt's name of the pool's type, such as `dir`; `nil` if it was not reported.
        package var type: String?
        /// Whether the host can write to it; `nil` if this was not checked.
        package var isWritable: Bool?
        /// Whether it starts with the host; `nil` if this was not reported.
        package var autostarts: Bool?

        package init(name: String, path: String, available: Int64) {
            self.name = name
            self.path = path
            self.available = available
        }
    }

    /// A firewall that drops what a bridge forwards.
    package struct Filter: Sendable, Equatable {
        /// `vms-` for filters of all links' bridges.
        package var bridge: String
        package var words: String

        package init(bridge: String, words: String) { (self.bridge, self.words) = (bridge, words) }

        /// The filters of a bridge, with the remedy; `nil` if there is none.
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
    /// Memory that the hypervisor has not assigned, in bytes.
    package var freeMemory: Int64?
    /// Memory that the host's kernel could free for machines, including its caches, in bytes; `nil` if it is
    /// not reported.
    package var availableMemory: Int64?
    /// Memory that running machines occupy on the host by now, in bytes; `nil` if it is not reported. Nothing
    /// is known about the memory of a machine that is missing here.
    package var resident: [MachineID: Int64]?
    package var arch: String
    /// libvirt's domain types for `arch`, such as `kvm`, `qemu`, `xen`.
    package var domainTypes: [String]
    /// libvirt's names for ways to run them, such as `hvm`, `xen` (PV), `xenpvh`.
    package var guestTypes: [String] = []
    /// The CPU scheduler by the hypervisor's name; `nil` if there is no machine that could report it.
    package var schedulerType: String?
    package var bridges: [Bridge]
    package var pools: [Pool]
    package var domains: [Domain]
    /// Whether its pools accept uploads; libvirt's test driver has no real storage.
    package var storesVolumes: Bool
    /// Whether the host can probe addresses on its links, if it has the programs: ``reasonAgainstProbes(for:on:)``.
    package var probesAddresses: Bool
    /// Whether it can capture frames on its bridges.
    package var capturesFrames = false

    /// The host's own addresses, under which other hosts may reach it, without loopback and link-local
    /// addresses.
    package var addresses: [Address] = []
    /// Programs for links of virtual networks and proofs that the host lacks; `nil` if no program can run
    /// there.
    package var missingPrograms: [MissingProgram]?
    /// `nil` if libvirt does not report its UUID.
    package var identity: HostIdentity?
    /// Bridges without IPv6, on which no IPv6 address can be probed; `all` if the kernel has no IPv6.
    package var bridgesWithoutIPv6: Set<String> = []
    /// The address to which the server's own connection went.
    package var reached: IPAddress?
    /// The host's source addresses for traffic to elsewhere, at most one of each family.
    package var sources: [IPAddress] = []
    /// Firewall rules that drop frames which bridges forward.
    package var filters: [Filter] = []
    /// VNIs that a new link cannot use there: another VXLAN has the VNI, or a device or network has the link's
    /// name.
    package var takenVNIs: Set<Int> = []
    /// Its network cards; empty if no program can run there.
    package var interfaces: [Interface] = []
    /// Shaping that its kernel offers on the way to a router; `nil` if it has no `tc`, or was not asked.
    package var shapers: Set<Shaper>?

    /// Memory promised to our machines on this host that they do not occupy yet, in bytes: see
    /// ``promised(to:)``.
    package var promised: Int64 = 0

    /// Memory that the host can still give to machines, in MiB. It is the memory that its kernel could free (on
    /// Xen, the memory that the hypervisor has left; if neither is reported, all memory), less the memory
    /// promised to others.
    package var roomMiB: Int64 {
        max(0, (availableMemory ?? freeMemory ?? memoryKiB.times(1024)).minus(promised)) / 1_048_576
    }

    /// Memory promised to the machines recorded on this host that they do not occupy yet, in bytes. A stopped
    /// machine counts with all its memory, a running one with the part that it has not touched, as far as the
    /// host reports it. A Xen host assigns all of a machine's memory when the machine starts.
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
    /// The reason why no IPv6 address can be probed on a bridge; `nil` if it can.
    package func reasonAgainstIPv6(on bridge: String) -> String? {
        if bridgesWithoutIPv6.contains("all") {
            return "the kernel of host '\(hostName)' has no IPv6 to ask with; boot it without ipv6.disable"
        }
        guard bridgesWithoutIPv6.contains(bridge) else { return nil }
        return "bridge '\(bridge)' of host '\(hostName)' has no IPv6 to ask with; "
            + "sysctl -w net.ipv6.conf.\(bridge).disable_ipv6=0 there"
    }

    /// The reason why the host cannot probe an address on a bridge; `nil` if it can.
    package func reasonAgainstProbes(for address: IPAddress, on bridge: String) -> String? {
        guard probesAddresses else { return "a \(hypervisor.name) host cannot be asked whether \(address) answers" }
        let needed: Set<HostProgram> = address.isIPv6 ? [.ip, .ndisc6, .ping] : [.ip, .arping, .ping, .timeout]
        let lacked = (missingPrograms ?? []).filter { needed.contains($0.program) }
        guard lacked.isEmpty else {
            return "host '\(hostName)' cannot be asked whether \(address) answers: it lacks \(lacked.words)"
        }
        return address.isIPv6 ? reasonAgainstIPv6(on: bridge) : nil
    }
}
