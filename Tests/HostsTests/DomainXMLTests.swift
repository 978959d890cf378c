import Model
import Testing
import XML

@testable import Hosts

/// Texts of callers in libvirt's XML.
struct DomainXMLTests {
    @Test("markup in a name, a note, a path or a command line stays text")
    func markup() throws {
        let evil = "'/>\"><x a=\"1\">&amp;]]>"
        let spec = DomainSpec(
            id: MachineID("00000000-0000-4000-8000-000000000001"), name: evil, kind: .qemu, arch: evil, memoryMiB: 64,
            vcpus: 1, boot: .kernel(path: evil, initrd: evil, commandLine: evil),
            disks: [.init(path: evil, format: .qcow2, target: evil, isReadOnly: false)],
            interfaces: [.init(mac: MACAddress("52:54:00:00:00:01"), bridge: evil)], note: evil,
            mark: Mark(machine: MachineID("x"), operation: OperationID(evil)))
        let xml = DomainXML(spec)
        let read = try XMLParser().parse(bytes: Array(xml.text.utf8))
        #expect(read.element(named: "name")?.text == evil && read.element(named: "description")?.text == evil)
        #expect(read.path("os", "cmdline")?.text == evil && read.path("os", "kernel")?.text == evil)
        #expect(Self.names(read).count == Self.names(xml.element).count && !Self.names(read).contains("x"))
    }

    private static func names(_ element: XMLElement) -> [String] {
        [element.name] + element.elements.flatMap { names($0) }
    }
}
