/// What a hypervisor tells of a machine, as asked just now. What its driver does not tell is `nil`, never zero.
package struct ObservedMachine: Sendable, Equatable {
    package enum State: String, Sendable {
        case running, blocked, paused, shuttingDown, shutOff, crashed, suspended, unknown

        package var isActive: Bool { self != .shutOff && self != .crashed }

        /// Whether it holds its memory and does nothing until it is let go on: paused, or asleep by its own power management.
        package var standsStill: Bool { self == .paused || self == .suspended }
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
        /// Whether its source is a device of the host, no file.
        package var isBlock = false
        /// Bytes.
        package var capacity: Int64?
        package var allocation: Int64?
        /// Paths of the files that it holds only what differs from, as far as its hypervisor tells.
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

    /// What a definition says of a machine, beside the one by which it runs.
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
    /// The mark that its metadata carries, if any.
    package var mark: Mark?
    /// What it would have from its next start on, where it runs now.
    package var pending: Definition?
    /// Whether its memory was saved, so that its next start goes on from there.
    package var isSaved = false
    /// What it was saved with, where its hypervisor tells.
    package var saved: Definition?
    /// Names of the snapshots and checkpoints that its host keeps of it.
    package var snapshots: [String] = []
    package var checkpoints: [String] = []
    /// Device names of disks that are just being copied elsewhere (a block job).
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

/// What a domain's metadata says of who made it, so that nothing of a stranger is ever removed.
package struct Mark: Sendable, Equatable, Codable {
    package var machine: MachineID
    package var operation: OperationID

    package init(machine: MachineID, operation: OperationID) {
        self.machine = machine
        self.operation = operation
    }
}
