internal import HashTreeCollections

/// The objects of a team, counted as its ``Quota`` limits them.
package struct Usage: Sendable, Equatable {
    package var machines: Int64 = 0
    package var vcpus: Int64 = 0
    package var memoryMiB: Int64 = 0
    package var diskMiB: Int64 = 0
    package var networks: Int64 = 0
    /// Sum of the bandwidths that links reserve, in kbit/s.
    package var bandwidthKbit: Int64 = 0

    package init() {}

    init(_ machine: Machine) {
        (machines, vcpus, memoryMiB) = (1, Int64(clamping: machine.vcpus), machine.memoryMiB)
        diskMiB = (machine.diskBytes ?? 0).plus((1 << 20) - 1) >> 20
    }

    init(_ network: VirtualNetwork) {
        networks = 1
        bandwidthKbit = network.links.reduce(0) { sum, link in
            sum.plus(max(link.shape?.bandwidthKbit ?? 0, link.conditions?.bandwidthKbit ?? 0))
        }
    }

    static func + (one: Self, other: Self) -> Self { one.combined(other) { $0.plus($1) } }
    static func - (one: Self, other: Self) -> Self { one.combined(other) { $0.minus($1) } }

    private func combined(_ other: Self, _ body: (Int64, Int64) -> Int64) -> Self {
        var result = Self()
        for field in Self.fields {
            result[keyPath: field] = body(self[keyPath: field], other[keyPath: field])
        }
        return result
    }

    private static var fields: [WritableKeyPath<Self, Int64>] {
        [\.machines, \.vcpus, \.memoryMiB, \.diskMiB, \.networks, \.bandwidthKbit]
    }
}

/// Sums of what teams own. Copying it costs nothing.
struct UsageTable: Sendable, Equatable {
    private var sums = TreeDictionary<TeamID, Usage>()

    subscript(team: TeamID) -> Usage { sums[team] ?? Usage() }

    mutating func add(_ usage: Usage, to team: TeamID) { sums[team] = self[team] + usage }

    mutating func remove(_ usage: Usage, from team: TeamID) {
        let rest = self[team] - usage
        sums[team] = rest == Usage() ? nil : rest
    }
}
