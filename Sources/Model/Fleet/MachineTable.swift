internal import HashTreeCollections

/// Machines by id, with an index for each question of planners. Copying it costs nothing, and a change costs
/// the logarithm of the number of machines.
struct MachineTable: Sendable, Equatable {
    private var records = TreeDictionary<MachineID, Machine>()
    private var hosts = Index<String, MachineID>()
    private var names = Index<String, MachineID>()
    private var networks = Index<String, MachineID>()
    private var teams = Index<TeamID, MachineID>()
    private var usage = UsageTable()
    /// Only addresses on networks that are shared with others: see ``Machine/physicalAddress``.
    private var addresses = Index<IPAddress, MachineID>()
    private var macs = Tally<MACAddress>()
    private var order = OrderedList<Place>()

    /// A machine's place in the order of all machines.
    struct Place: Comparable, Sendable {
        var name: String
        var host: String
        var id: MachineID

        init(_ machine: Machine) { (name, host, id) = (machine.name, machine.host, machine.id) }

        static func < (one: Self, other: Self) -> Bool {
            (one.name, one.host, one.id.text) < (other.name, other.host, other.id.text)
        }
    }

    init(_ machines: [Machine]) {
        for machine in machines { self[machine.id] = machine }
    }

    var count: Int { records.count }

    /// All machines, sorted by name.
    var all: [Machine] { order.all.compactMap { records[$0.id] } }

    subscript(id: MachineID) -> Machine? {
        get { records[id] }
        set {
            let (before, after) = (records[id].map(Place.init), newValue.map(Place.init))
            if let before, before != after { order.remove(before) }
            if let after, before != after { order.insert(after) }
            if let old = records[id] {
                hosts.remove(id, under: old.host)
                names.remove(id, under: old.name)
                networks.remove(id, under: old.network)
                teams.remove(id, under: old.team)
                usage.remove(Usage(old), from: old.team)
                addresses.remove(id, under: old.physicalAddress?.address)
                if let mac = old.mac { macs.remove(CollectionOfOne(mac)) }
            }
            records[id] = newValue
            guard let new = newValue else { return }
            hosts.insert(id, under: new.host)
            names.insert(id, under: new.name)
            networks.insert(id, under: new.network)
            teams.insert(id, under: new.team)
            usage.add(Usage(new), to: new.team)
            addresses.insert(id, under: new.physicalAddress?.address)
            if let mac = new.mac { macs.add(CollectionOfOne(mac)) }
        }
    }

    func on(host: String) -> [Machine] { found(hosts[host]) }
    func count(on host: String) -> Int { hosts[host].count }
    func named(_ name: String) -> [Machine] { found(names[name]) }
    func of(network: String) -> [Machine] { found(networks[network]) }
    func usage(of team: TeamID) -> Usage { usage[team] }
    func of(team: TeamID) -> [Machine] { found(teams[team]) }
    func at(_ address: IPAddress) -> [Machine] { found(addresses[address]) }
    func has(_ mac: MACAddress) -> Bool { macs.contains(mac) }

    /// Machines sorted by name and host, or in the reverse order, after the given one.
    func walk(after: (name: String, host: String, id: String)?, isDescending: Bool, most: Int) -> [Machine] {
        let places =
            isDescending
            ? order.last(most) { place in
                after.map { (place.name, place.host, place.id.text) < ($0.name, $0.host, $0.id) } ?? true
            }
            : order.first(most) { place in
                after.map { (place.name, place.host, place.id.text) > ($0.name, $0.host, $0.id) } ?? true
            }
        return places.compactMap { records[$0.id] }
    }

    /// The memory promised to each machine on a host, in MiB.
    func memory(on host: String) -> [MachineID: Int64] {
        hosts[host].reduce(into: [:]) { memory, id in memory[id] = records[id]?.memoryMiB }
    }

    private func found(_ ids: TreeSet<MachineID>) -> [Machine] { Self.sorted(ids.compactMap { records[$0] }) }

    private static func sorted(_ machines: some Sequence<Machine>) -> [Machine] {
        machines.sorted {
            if $0.name != $1.name { return $0.name < $1.name }
            return ($0.host, $0.id.text) < ($1.host, $1.id.text)
        }
    }
}
