import Testing

@testable import Model

@Suite("An existing disk for a machine") struct GivenDiskTests {
    private func disk(_ change: (inout HostDisk) -> Void = { _ in }) -> HostDisk {
        var disk = HostDisk(path: "/pool/real.img", kind: .file, isAllowed: true, format: "qcow2")
        change(&disk)
        return disk
    }

    private func refusal(_ report: HostDisk, _ hypervisor: HypervisorKind = .qemu) -> Refusal? {
        do {
            _ = try GivenDisk(asked: "/pool/x.img", told: report, hypervisor: hypervisor)
            return nil
        } catch {
            return error
        }
    }

    @Test("it is used as the host reports it")
    func taken() throws {
        let file = try GivenDisk(asked: "/pool/x.img", told: disk(), hypervisor: .qemu)
        #expect(file.path == "/pool/real.img" && file.format == .qcow2 && !file.isBlock)
        let device = try GivenDisk(
            asked: "/dev/loop0", told: disk { ($0.kind, $0.format) = (.block, "raw") }, hypervisor: .xen)
        #expect(device.isBlock && device.format == .raw)
    }

    @Test("a forbidden path and a missing one get the same answer")
    func secret() {
        let shadow = refusal(disk { ($0.isAllowed, $0.path) = (false, "/etc/shadow") })
        let absent = refusal(disk { ($0.isAllowed, $0.path, $0.kind) = (false, "", .absent) })
        #expect(shadow?.code == .diskNotFound && shadow == absent)
    }

    @Test("everything else is refused with the reason")
    func refused() {
        #expect(refusal(disk { $0.kind = .absent })?.code == .diskNotFound)
        #expect(refusal(disk { $0.kind = .other("a FIFO") })?.reason.contains("a FIFO") == true)
        #expect(refusal(disk { $0.uses = ["machine 'other' of the host has it"] })?.code == .diskInUse)
        #expect(refusal(disk { $0.path = "/pool/vms-image-0a" })?.code == .diskInUse)
        #expect(refusal(disk { $0.path = "/pool/vms-7e57-disk.qcow2" })?.code == .diskInUse)
        #expect(refusal(disk { $0.obstacles = ["it is based on another"] })?.reason.contains("based on") == true)
        #expect(refusal(disk { $0.format = nil })?.code == .invalidValue)
        #expect(refusal(disk { $0.format = "vmdk" })?.reason.contains("vmdk") == true)
        #expect(refusal(disk(), .xen)?.code == .notOffered)
    }

    @Test(
        "an invalid path is refused before the host is contacted",
        arguments: [
            "", "x", "./x", "/a/../b", "/..", "/a\nb", "/a\u{0}", "/a\u{7f}", "/" + String(repeating: "a", count: 4096),
        ])
    func paths(path: String) {
        #expect(throws: Refusal.self) { try GivenDisk.check(path) }
    }

    @Test(arguments: ["/a", "/a b/'c'/$(d)", "/ä.img", "/a/..b"]) func goodPaths(path: String) throws {
        try GivenDisk.check(path)
    }
}
