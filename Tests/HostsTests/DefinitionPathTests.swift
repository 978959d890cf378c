import Model
import Testing
import XML

@testable import Hosts

@Suite("Files that a definition names") struct DefinitionPathTests {
    private static let machine = """
        <domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><name>/x</name><title>/t</title>
        <metadata><a b='/meta'>/meta</a></metadata>
        <os><kernel>/pool/kernel</kernel><initrd>/pool/initrd</initrd><cmdline>root=/dev/vda init=/x</cmdline>
          <loader readonly='yes'>/fw/code.fd</loader><nvram template='/fw/vars.fd'>/nvram/a</nvram></os>
        <devices><emulator>/usr/bin/qemu</emulator>
          <disk type='file'><driver name='qemu' type='qcow2'/><source file='/pool/over'/>
            <backingStore type='file'><format type='qcow2'/><source file='/pool/middle'/>
              <backingStore type='block'><format type='raw'/><source dev='/dev/vg/base'/><backingStore/></backingStore></backingStore>
            <mirror type='file'><format type='qcow2'/><source file='/pool/mirror'/></mirror><target dev='vda'/></disk>
          <disk type='block'><source dev='/dev/sdx'/><target dev='vdb'/></disk>
          <disk type='volume'><driver type='qcow2'/><source pool='default' volume='v.img'/><target dev='vdc'/></disk>
          <hostdev mode='capabilities' type='storage'><source><block>/dev/sdy</block></source></hostdev>
          <memory model='nvdimm'><source><path>/srv/nvdimm</path></source></memory>
        </devices>
        <qemu:commandline><qemu:arg value='-drive'/><qemu:arg value='file=/srv/x.img,format=raw'/></qemu:commandline></domain>
        """

    @Test("paths are found anywhere, with whether they may have backing files")
    func paths() throws {
        let named = DefinitionPaths(try XMLParser.tree(Self.machine))
        let backed = ["/pool/over", "/pool/middle", "/pool/mirror"]
        let plain = [
            "/pool/kernel", "/pool/initrd", "/fw/code.fd", "/fw/vars.fd", "/nvram/a", "/dev/vg/base", "/dev/sdx",
            "/dev/sdy",
            "/srv/nvdimm", "/srv/x.img",
        ]
        for path in backed { #expect(named.paths[path] == true, "\(path)") }
        for path in plain { #expect(named.paths[path] == false, "\(path)") }
        #expect(Set(named.paths.keys) == Set(backed + plain + ["/usr/bin/qemu"]))
        #expect(named.volumes == [.init(pool: "default", name: "v.img")])
    }

    @Test("only disks with an empty backing chain count as given disks")
    func given() throws {
        let tree = try XMLParser.tree(
            """
            <domain><devices>
            <disk type='file'><driver type='qcow2'/><source file='/a'/><backingStore/></disk>
            <disk type='block'><source dev='/dev/x'/><backingStore/></disk>
            <disk type='file'><source file='/b'/></disk>
            <disk type='file'><source file='/c'/><backingStore type='file'><source file='/d'/><backingStore/></backingStore></disk>
            </devices></domain>
            """)
        #expect(
            GivenFile.all(in: tree) == [
                GivenFile(path: "/a", format: "qcow2", isBlock: false),
                GivenFile(path: "/dev/x", format: "raw", isBlock: true),
            ])
    }

    @Test("a disk that has changed is refused")
    func changed() {
        func code(_ more: String, _ file: GivenFile = GivenFile(path: "/a", format: "qcow2", isBlock: false)) -> String?
        {
            let words = "kind file\npath 057141\nallowed yes\n" + more
            return file.refusal(now: DiskAnswer(words), used: ["machine 'x' of the host has it"])?.code.rawValue
        }
        let good = "info\n{\"format\": \"qcow2\"}\n"
        #expect(code(good) == nil)
        #expect(code("path 057142\n" + good) == "diskInUse", "a link to another")
        #expect(code("kind block\n" + good) == "diskInUse")
        #expect(code("kind absent\n") == "diskNotFound")
        #expect(code("used 1\n" + good) == "diskInUse")
        #expect(code("copy 166155163\n" + good) == "diskInUse")
        #expect(code("busy mounted\n" + good) == "invalidValue")
        #expect(code("info\n{\"format\": \"raw\"}\n") == "diskInUse")
        #expect(code("info\n{\"format\": \"qcow2\", \"backing-filename\": \"/etc/shadow\"}\n") == "invalidValue")
        let raw = GivenFile(path: "/a", format: "raw", isBlock: false)
        #expect(
            code("info\n{\"format\": \"qcow2\", \"backing-filename\": \"/x\"}\n", raw) == nil, "a guest's own bytes")
    }
}
