internal import HashTreeCollections

/// Virtual networks sorted by name, with the MAC addresses on their links. Networks are few compared with
/// machines, so a change copies the list.
struct NetworkTable: Sendable, Equatable {
    private(set) var all: [VirtualNetwork] = []
    private var macs = Tally<MACAddress>()
    private var names = TreeDictionary<NetworkID, String>()
    private var teams = Index<TeamID, NetworkID>()
    private var usage = UsageTable()

    init(_ networks: [VirtualNetwork]) {
        for network in networks { self[network.name] = network }
    }

    subscript(name: String) -> VirtualNetwork? {
        get {
            let place = place(of: name)
            return all.indices.contains(place) && all[place].name == name ? all[place] : nil
        }
        set {
            let place = place(of: name)
            if let old = self[name] {
                macs.remove(old.links.flatMap(\.ends).map(\.mac))
                all.remove(at: place)
                names[old.id] = nil
                teams.remove(old.id, under: old.team)
                usage.remove(Usage(old), from: old.team)
            }
            guard let new = newValue else { return }
            all.insert(new, at: place)
            names[new.id] = new.name
            teams.insert(new.id, under: new.team)
            usage.add(Usage(new), to: new.team)
            macs.add(new.links.flatMap(\.ends).map(\.mac))
        }
    }

    subscript(id: NetworkID) -> VirtualNetwork? { names[id].flatMap { self[$0] } }

    func usage(of team: TeamID) -> Usage { usage[team] }

    /// Networks of a team, sorted by name.
    func of(team: TeamID) -> [VirtualNetwork] {
        teams[team].compactMap { self[$0] }.sorted { $0.name < $1.name }
    }

    func has(_ mac: MACAddress) -> Bool { macs.contains(mac) }

    /// The index of the network of that name, or the index at which to insert it, found by binary search.
    private func place(of name: String) -> Int {
        var (low, high) = (0, all.count)
        while low < high {
            let middle = (low + high) / 2
            if all[middle].name < name { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
