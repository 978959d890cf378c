/// The limit on a machine's interfaces, and the memory that they need.
enum InterfaceNeed {
    /// The maximum for one machine: QEMU's default machine type has some 25 free slots on its first PCI bus,
    /// and libvirt adds two buses behind bridges with 31 slots each. A router with this number was observed to
    /// boot; more were not tried.
    static let most = 64

    /// An image's least memory is measured with this number of interfaces. Each further one takes 0.65 MiB of
    /// its guest (256 receive buffers of virtio, by the figures of `/proc/meminfo`), and on Xen 1 MiB (256
    /// pages).
    private static let included = 4
    private static let each: Int64 = 1

    /// Least memory of a machine, in MiB.
    static func leastMemory(of image: Image, interfaces: Int) -> Int64 {
        image.minimumMemoryMiB + each * Int64(clamping: max(0, interfaces - included))
    }
}
