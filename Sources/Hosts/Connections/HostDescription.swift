internal import Model

/// The answer of the script `describe-host`.
struct HostDescription: Sendable {
    var isXen = false
    var bridges: [HostSurvey.Bridge] = []
    var interfaces: [HostSurvey.Interface] = []
    var addresses: [HostSurvey.Address] = []
    var sources: [IPAddress] = []
    var lacked: [MissingProgram] = []
    var filters: [HostSurvey.Filter] = []
    var takenVNIs: Set<Int> = []
    /// machine-id and boot-id.
    var identity: (machine: String, boot: String)?
    /// Bridges without IPv6; `all` if the kernel has no IPv6.
    var bridgesWithoutIPv6: Set<String> = []
    /// The host's address to which the SSH connection was made.
    var reached: IPAddress?
    /// The available memory in bytes.
    var availableMemory: Int64?
    /// The resident memory of each machine's QEMU process, in bytes; `nil` if the host lists no processes.
    var resident: [MachineID: Int64]?
    /// The state of each requested folder, by its number from 1: whether it is writable, and its free space in bytes.
    var folderSpace: [Int: (isWritable: Bool, available: Int64)] = [:]
    /// `nil` if it was not tested, or the host has no `tc`.
    var shapers: Set<Shaper>?

    init(_ output: String) {
        for line in output.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ").map(String.init)
            switch (words.first, words.count) {
            case ("hypervisor", 2): isXen = words[1] == "xen"
            case ("bridge", 3): bridges.append(.init(name: words[1], isPhysical: words[2] == "physical"))
            case ("interface", 3): interfaces.append(.init(name: words[1], bridge: words[2] == "-" ? nil : words[2]))
            case ("address", 3):
                if let address = IPAddress(words[1]), let mtu = Int(told: words[2], in: Foreign.mtu) {
                    addresses.append(.init(address: address, mtu: mtu))
                }
            case ("source", 2): if let address = IPAddress(words[1]) { sources.append(address) }
            case ("noipv6", 2): bridgesWithoutIPv6.insert(words[1])
            case ("identity", 3): identity = (words[1], words[2])
            case ("reached", 2): reached = IPAddress(words[1])
            case ("taken", 2): if let vni = Int(told: words[1], in: Foreign.vni) { takenVNIs.insert(vni) }
            case ("available", 2): availableMemory = Self.bytes(words[1])
            case ("pool", 5):
                if let number = Int(told: words[1], in: Foreign.count),
                    let blocks = Int64(told: words[3], in: Foreign.bytes),
                    let size = Int64(told: words[4], in: Foreign.bytes)
                {
                    folderSpace[number] = (words[2] == "writable", blocks.times(size).held(to: Foreign.bytes))
                }
            case ("processes", 1): resident = [:]
            case ("resident", 3):
                if let bytes = Self.bytes(words[2]) { resident?[MachineID(words[1].lowercased())] = bytes }
            case ("shapers", _): shapers = Set(words.dropFirst().compactMap(Shaper.init(rawValue:)))
            case ("filter", 3...):
                filters.append(.init(bridge: words[1], words: words.dropFirst(2).joined(separator: " ").shown(160)))
            case ("lacks", 2), ("other", 2):
                if let program = HostProgram(rawValue: words[1]) {
                    lacked.append(.init(program, isOther: words[0] == "other"))
                }
            default: continue
            }
        }
    }

    /// - Parameter text: KiB.
    private static func bytes(_ text: String) -> Int64? {
        Int64(told: text, in: Foreign.kibibytes).map { $0.times(1024) }
    }

    /// Updates the pools in these folders with the host's own figures: libvirt's are as old as the pool's last refresh.
    func update(_ pools: inout [HostSurvey.Pool], in folders: [String]) {
        for (index, folder) in folders.enumerated() {
            guard let space = folderSpace[index + 1] else { continue }
            for pool in pools.indices where pools[pool].path == folder && pools[pool].isFolder {
                (pools[pool].isWritable, pools[pool].available) = (space.isWritable, space.available)
            }
        }
    }
}
