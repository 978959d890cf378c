/// The names of the figures of one kind of object.
package protocol FigureName: CaseIterable, Hashable, Sendable, RawRepresentable<Int> where AllCases == [Self] {
    /// Whether the figure only grows while the object runs; other figures are present values.
    var isCounter: Bool { get }
}

/// Figures of one object at one time. A figure that its host does not report is absent, never zero.
package struct Figures<Name: FigureName>: Sendable, Equatable, Codable {
    /// By the raw values of the names.
    private var values: [Int64?]

    package init() { values = [] }

    /// - Parameter figures: values that are not negative; `nil` for absent ones.
    package init(_ figures: [Name: Int64?]) {
        self.init()
        for (name, value) in figures { self[name] = value }
    }

    package subscript(name: Name) -> Int64? {
        get { values.indices.contains(name.rawValue) ? values[name.rawValue] : nil }
        set {
            // A stored object may have fewer figures than this version.
            while values.count < Name.allCases.count { values.append(nil) }
            guard values.indices.contains(name.rawValue) else { return }
            values[name.rawValue] = newValue
        }
    }

    package var absent: [Name] { Name.allCases.filter { self[$0] == nil } }
}

/// A host's figures.
package enum HostFigure: Int, FigureName {
    /// CPU time since the host's start, of all processors together, in ns.
    case cpuUser, cpuSystem, cpuIdle, cpuWait
    /// CPU time of all machines together, where the hypervisor reports no modes, in ns.
    case cpuMachines
    case cpus
    /// Memory of the whole host, and the part that it could give to machines, in bytes.
    case memory, memoryAvailable

    package static let allCases: [HostFigure] = [
        .cpuUser, .cpuSystem, .cpuIdle, .cpuWait, .cpuMachines, .cpus, .memory, .memoryAvailable,
    ]

    package var isCounter: Bool {
        switch self {
        case .cpuUser, .cpuSystem, .cpuIdle, .cpuWait, .cpuMachines: true
        case .cpus, .memory, .memoryAvailable: false
        }
    }
}

/// A machine's figures.
package enum MachineFigure: Int, FigureName {
    /// CPU time of all its virtual processors, in ns.
    case cpuTime
    /// The time during which they were ready and the host ran something else, in ns.
    case cpuDelay
    case vcpus
    /// Memory that the machine has; memory that its guest uses; memory of the host that it occupies; in bytes.
    case memoryAllocated, memoryUsed, memoryResident

    package static let allCases: [MachineFigure] = [
        .cpuTime, .cpuDelay, .vcpus, .memoryAllocated, .memoryUsed, .memoryResident,
    ]

    package var isCounter: Bool {
        switch self {
        case .cpuTime, .cpuDelay: true
        case .vcpus, .memoryAllocated, .memoryUsed, .memoryResident: false
        }
    }
}

/// The figures of a machine's network interface, as the machine sees them.
package enum InterfaceFigure: Int, FigureName {
    case receivedBytes, receivedPackets, receivedErrors, receivedDrops
    case sentBytes, sentPackets, sentErrors, sentDrops

    package static let allCases: [InterfaceFigure] = [
        .receivedBytes, .receivedPackets, .receivedErrors, .receivedDrops, .sentBytes, .sentPackets, .sentErrors,
        .sentDrops,
    ]

    package var isCounter: Bool { true }
}

/// The figures of a machine's disk.
package enum DiskFigure: Int, FigureName {
    case readBytes, reads, writtenBytes, writes
    /// Its size for the guest, and the space that it occupies on the host, in bytes.
    case capacity, allocated

    package static let allCases: [DiskFigure] = [.readBytes, .reads, .writtenBytes, .writes, .capacity, .allocated]

    package var isCounter: Bool {
        switch self {
        case .readBytes, .reads, .writtenBytes, .writes: true
        case .capacity, .allocated: false
        }
    }
}
