/// The figures of a host and of everything on it, read together.
package struct HostSample: Sendable, Equatable {
    package struct Pool: Sendable, Equatable {
        package var name: String
        /// Bytes.
        package var capacity: Int64?
        package var available: Int64?

        package init(name: String, capacity: Int64?, available: Int64?) {
            (self.name, self.capacity, self.available) = (name, capacity, available)
        }
    }

    /// A machine on the host, ours or not.
    package struct Machine: Sendable, Equatable {
        /// Tells one run of the machine from the next: its counters begin anew with each.
        package var run: Int64?
        package var figures = Figures<MachineFigure>()
        /// By their MAC addresses.
        package var interfaces: [MACAddress: Figures<InterfaceFigure>] = [:]
        /// By their device names in the machine, such as `vda`.
        package var disks: [String: Figures<DiskFigure>] = [:]

        package init() {}
    }

    package var figures = Figures<HostFigure>()
    package var pools: [Pool] = []
    package var machines: [MachineID: Machine] = [:]

    package init() {}
}
