/// A hypervisor's report about a machine, just looked up. A value that its driver does not report is `nil`,
/// never zero.
package struct ObservedMachine: Sendable, Equatable {
    package enum State: String, Sendable {
        case running, blocked, paused, shuttingDown, shutOff, crashed, suspended, unknown

        package var isActive: Bool { self != .shutOff && self != .crashed }

        /// Whether it holds its memory and does nothing until it is resumed: paused, or suspended by its own
        /// power management.
        package var isHalted: Bool { self == .paused || self == .suspended }
    }

    package struct Interface: Sendable, Equatable {
        package var mac: String
        package var type: String?
        package var source: String?
        package var target: String?
        package var model: String?
        /// Bytes.
        package var received: Int64?
        package var sent: Int64?

        package init(
            mac: String, type: String?, source: String?, target: String?, model: String?, received: Int64?, sent: Int64?
        ) {
            self.mac = mac
            self.type = type
            self.source = source
            self.target = target
            self.model = model
            self.received = received
            self.sent = sent
        }
    }

    package struct Disk: Sendable, Equatable {
        package var target: String
        package var source: String?
        package var format: String?
        package var isReadOnly: Bool
        /// Whether its source is a block device of the host instead of a file.
        package var isBlock = false
        /// Bytes.
        package var capacity: Int64?
        package var allocation: Int64?
        /// Paths of its backing files (it stores only the differences from them), as far as its hypervisor
        /// reports them.
        package var backing: [String] = []

        package init(
            target: String, source: String?, format: String?, isReadOnly: Bool, capacity: Int64?, allocation: Int64?
        ) {
            self.target = target
            self.source = source
            self.format = format
            self.isReadOnly = isReadOnly
            self.capacity = capacity
            self.allocation = allocation
        }
    }

    /// A machine's stored definition, as opposed to the one by which it runs.
    package struct Definition: Sendable, Equatable {
        package var memoryKiB: Int64
        package var vcpus: Int
        package var interfaces: [Interface]

        package init(memoryKiB: Int64, vcpus: Int, interfaces: [Interface]) {
            self.memoryKiB = memoryKiB
            self.vcpus = vcpus
            self.interfaces = interfaces
        }
    }

    package var id: MachineID
    package var name: String
    package var state: State
    package var memoryKiB: Int64
    package var maxMemoryKiB: Int64
    package var vcpus: Int
    package var maxVcpus: Int
    /// CPU time used, in ns.
    package var cpuTime: Int64
    package var isPersistent: Bool?
    package var autostarts: Bool?
    package var interfaces: [Interface]
    package var disks: [Disk]
    /// The mark in its metadata, if any.
    package var mark: Mark?
    /// The definition that takes effect at its next start, if it is running.
    package var pending: Definition?
    /// Whether its memory was saved, so that its next start resumes from there.
    package var isSaved = false
    /// The definition with which it was saved, if its hypervisor reports it.
    package var saved: Definition?
    /// Names of its snapshots and checkpoints on the host.
    package var snapshots: [String] = []
    package var checkpoints: [String] = []
    /// Device names of disks that are being copied elsewhere (a block job).
    package var copiedDisks: [String] = []

    package init(
        id: MachineID, name: String, state: State, memoryKiB: Int64, maxMemoryKiB: Int64, vcpus: Int, maxVcpus: Int,
        cpuTime: Int64, isPersistent: Bool?, autostarts: Bool?, interfaces: [Interface], disks: [Disk], mark: Mark?
    ) {
        self.id = id
        self.name = name
        self.state = state
        self.memoryKiB = memoryKiB
        self.maxMemoryKiB = maxMemoryKiB
        self.vcpus = vcpus
        self.maxVcpus = maxVcpus
        self.cpuTime = cpuTime
        self.isPersistent = isPersistent
        self.autostarts = autostarts
        self.interfaces = interfaces
        self.disks = disks
        self.mark = mark
    }
}

/// One line of a host's list of machines.
package struct ObservedSummary: Sendable, Equatable {
    package var id: MachineID
    package var name: String
    package var state: ObservedMachine.State

    package init(id: MachineID, name: String, state: ObservedMachine.State) {
        self.id = id
        self.name = name
        self.state = state
    }
}

/// The creator that a domain's metadata names, so that the server never removes a machine of others.
package struct Mark: Sendable, Equatable, Codable {
    package var machine: MachineID
    package var operation: OperationID

    package init(machine: MachineID, operation: OperationID) {
        self.machine = machine
        self.operation = operation
    }
}
