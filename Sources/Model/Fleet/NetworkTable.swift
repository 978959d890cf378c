/// Virtual networks in the order of their names, with the MAC addresses that their links have. There are few beside
/// machines: a change copies the list.
struct NetworkTable: Sendable, Equatable {
    private(set) var all: [VirtualNetwork] = []
    private var macs = Tally<MACAddress>()

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
            }
            guard let new = newValue else { return }
            all.insert(new, at: place)
            macs.add(new.links.flatMap(\.ends).map(\.mac))
        }
    }

    func has(_ mac: MACAddress) -> Bool { macs.contains(mac) }

    /// Where a network of that name is, or would be: found by halves.
    private func place(of name: String) -> Int {
        var (low, high) = (0, all.count)
        while low < high {
            let middle = (low + high) / 2
            if all[middle].name < name { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
