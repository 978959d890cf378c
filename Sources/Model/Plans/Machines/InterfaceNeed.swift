/// How many interfaces a machine may have, and what it needs for them.
enum InterfaceNeed {
    /// Most of one machine: QEMU's default machine type has some 25 free slots on its first PCI bus, and for the rest libvirt
    /// adds two buses behind bridges of 31 each. A router with that many was seen to boot; with more none was tried.
    static let most = 64

    /// An image's least memory is measured with a few of them. Each more takes its guest 0.65 MiB (256 receive buffers of
    /// virtio, by the figures of `/proc/meminfo`), and on Xen 1 MiB (256 pages).
    private static let included = 4
    private static let each: Int64 = 1

    /// Least memory of a machine, in MiB.
    static func leastMemory(of image: Image, interfaces: Int) -> Int64 {
        image.minimumMemoryMiB + each * Int64(clamping: max(0, interfaces - included))
    }
}
