internal import FoundationEssentials

// Keys by which rows of lists are sorted and filtered. The names are those of VMSAPI's keys; a test compares
// them.

extension VirtualNetwork: Listed {
    package var place: [String] { [name] }

    package func values(of key: String) -> [ListValue] {
        switch key {
        case "name": [.text(name)]
        case "created": [.number(Int64(nearest: created.timeIntervalSince1970 * 1000) ?? 0)]
        case "phyServer": hosts.map { .text($0) }
        default: []
        }
    }
}

extension Image: Listed {
    package var place: [String] { [name, version] }

    /// The order of ``isListedBefore(_:)``, made total.
    package static func precedes(_ one: [String], _ other: [String]) -> Bool {
        guard one.count == 2, other.count == 2, one[0] == other[0] else { return one.lexicographicallyPrecedes(other) }
        if isNewer(one[1], than: other[1]) { return true }
        return isNewer(other[1], than: one[1]) ? false : one[1] < other[1]
    }

    package func values(of key: String) -> [ListValue] {
        switch key {
        case "name": [.text(name)]
        case "os": [.text(os)]
        case "arch": [.text(arch)]
        case "kernelVersion": [.text(kernelVersion)]
        case "stack": stacks.map { .text($0) }
        case "size": [.number(files.reduce(0) { $0.plus($1.size) })]
        default: []
        }
    }
}
