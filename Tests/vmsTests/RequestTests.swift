import Testing
import VMSAPI

@testable import vms

struct RequestTests {
    private func request(_ service: any Service.Type, _ words: [String]) throws -> String {
        var builder = RequestBuilder(service.requestDescription) { path in
            guard path == "key" else { throw UsageError("cannot read the file '\(path)'") }
            return "ssh-ed25519 AAAA"
        }
        for word in words { try builder.set(Assignment(word)) }
        return JSONWriter.text(of: try builder.request())
    }

    private func failure(_ service: any Service.Type, _ words: [String]) -> String? {
        #expect(throws: UsageError.self) { _ = try request(service, words) }?.description
    }

    @Test("A structure of two values has a short form; others have none")
    func pairs() throws {
        let user = ["user=ana", "team=red=operator", "team=blue=viewer"]
        #expect(
            try request(AddUser.self, user)
                == #"{"user":"ana","team":[{"team":"red","role":"operator"},{"team":"blue","role":"viewer"}]}"#)
        #expect(failure(AddUser.self, ["user=ana", "team=red"])?.contains("TEAM=ROLE") == true)
        #expect(failure(AddImage.self, ["file=a=b"])?.contains("structure") == true)
    }

    @Test(
        "A token is sent without TLS to this machine only",
        arguments: [
            ("http://127.0.0.1:8080", true), ("http://localhost", true), ("http://[::1]:1/x", true),
            ("https://vms.example.org", true), ("http://192.0.2.1", false), ("HTTP://vms.example.org", false),
            ("http://127.0.0.1.evil.example", false), ("http://127.1@evil.example", false),
            ("http://localhost.evil.example", false), ("http://[::ffff:192.0.2.1]", false),
        ])
    func tokenWithoutTLS(server: String, isAllowed: Bool) {
        #expect(((try? Settings.checkMaySendToken(to: server)) != nil) == isAllowed)
    }

    @Test("Numbers and booleans become JSON's, other words stay text for the server to check")
    func scalars() throws {
        let words = [
            "vmRAM=96", "vcpus=two", "async=true", "transferDisk=0", "vmName=007", "description=a=b c", "vmIP=",
            "vmDiskSize=99999999999999999999",
        ]
        #expect(
            try request(CreateVirtualMachine.self, words)
                == #"{"vmName":"007","vmIP":"","vmRAM":96,"vmDiskSize":"99999999999999999999","vcpus":"two","#
                + #""transferDisk":false,"description":"a=b c","async":true}"#)
    }

    @Test("Structures by name and by number, and lists by repeated fields")
    func structures() throws {
        #expect(
            try request(
                RegisterNodes.self,
                [
                    "Node.1.NodeName=h2", "Node.0.IP=10.0.0.1", "Node.NodeName=h1", "Node.0.IP=10.0.0.2",
                    "Node.0.NodePK=@key", "Node.1.Memory=1024",
                ])
                == #"{"Node":[{"NodeName":"h1","NodePK":"ssh-ed25519 AAAA","IP":["10.0.0.1","10.0.0.2"]},"#
                + #"{"NodeName":"h2","Memory":1024}]}"#)
        #expect(
            try request(UnregisterNodes.self, ["NodeName=a", "phyServer=b"]) == #"{"NodeName":["a","b"]}"#)
    }

    @Test("JSON is inserted unchanged")
    func json() throws {
        #expect(
            try request(RegisterNodes.self, [#"Node:=[{"NodeName":"a"},{"NodeName":"b","IP":["1"]}]"#])
                == #"{"Node":[{"NodeName":"a"},{"NodeName":"b","IP":["1"]}]}"#)
        #expect(try request(SanityTest.self, [#"testString:="@key""#]) == #"{"testString":"@key"}"#)
        #expect(try request(UnregisterNodes.self, [#"NodeName:=["a"]"#, "NodeName=b"]) == #"{"NodeName":["a","b"]}"#)
    }

    @Test("Other spellings are sent under the published name")
    func aliases() throws {
        #expect(try request(DestroyVirtualMachine.self, ["VMName=r1"]) == #"{"vmName":"r1"}"#)
    }

    @Test("Invalid input is refused with a reason")
    func refused() {
        #expect(
            failure(CreateVirtualMachine.self, ["vmRam=1"])
                == "createVirtualMachine has no field vmRam; did you mean vmRAM, vmName?")
        #expect(
            failure(GetOperation.self, ["zzzzzz=1"]) == "getOperation has no field zzzzzz; its fields are operation")
        #expect(failure(GetServerKey.self, ["x=1"]) == "getServerKey has no field x; it has no fields")
        #expect(
            failure(GetOperation.self, ["operation"])
                == "'operation' must be field=value, field=@FILE or field:=JSON")
        #expect(failure(GetOperation.self, ["=1"]) == "'=1' must have a field's name before the '='")
        #expect(
            failure(GetOperation.self, ["operation=1", "operation=2"])
                == "operation was given twice; it takes one value")
        #expect(failure(GetOperation.self, ["operation.x=1"]) == "operation has no fields of its own")
        #expect(
            failure(RegisterNodes.self, ["Node=h1"])
                == "Node is a structure; give its fields as Node.NodeName=… or as Node:={…}")
        #expect(failure(RegisterNodes.self, ["Node.IPs=1"]) == "node has no field Node.IPs; did you mean IP?")
        #expect(failure(RegisterNodes.self, [#"Node:={"Nodename":"x"}"#])?.contains("did you mean NodeName") == true)
        #expect(failure(RegisterNodes.self, ["Node.1.IP=a"]) == "Node.1 was given, but not …0")
        #expect(failure(RegisterNodes.self, ["Node.99999.IP=a"]) == "Node.99999: the number is too large")
        #expect(failure(GetOperation.self, ["operation=@none"]) == "cannot read the file 'none'")
        #expect(failure(GetOperation.self, ["operation:={"])?.hasPrefix("operation: body") == true)
    }

    @Test("Nearest names")
    func nearest() throws {
        #expect(Nearest.steps(from: Array("kitten".unicodeScalars), to: Array("sitting".unicodeScalars)) == 3)
        let error = #expect(throws: UsageError.self) { _ = try ServiceList.service(named: "createVirtualMashine") }
        #expect(
            error?.description.hasPrefix(
                "there is no service 'createVirtualMashine'; did you mean createVirtualMachine, ") == true)
        #expect(Nearest.names(to: "qqqqqqqq", among: ServiceList.all.map { $0.name }) == [])
    }

    @Test("A name that contains the typed word is nearer than a similar one")
    func holding() {
        #expect(Nearest.names(to: "--ip", among: ["--os", "--vm-ip", "--vcpus"]) == ["--vm-ip"])
        #expect(Nearest.names(to: "ip", among: ["os", "vmIP", "id"]).contains("vmIP"))
        #expect(Nearest.names(to: "--ram", among: ["--arch", "--vm-ram", "--vm-name"]) == ["--vm-ram"])
        #expect(
            Nearest.names(to: "--name", among: ["--vm-name", "--network-name", "--json"]) == [
                "--vm-name", "--network-name",
            ])
        #expect(Nearest.names(to: "--imag", among: ["--image", "--os"]) == ["--image"])
        #expect(Nearest.names(to: "--", among: ["--image", "--vm-ip"]).count < 3)
    }

    @Test("An unreadable file is reported with the system's reason, and an endless one is not read completely")
    func files() {
        for (path, why) in [
            ("/nonexist/n.yaml", "No such file or directory"), ("/", "Is a directory"),
        ] {
            let error = #expect(throws: UsageError.self) { _ = try TextFile.text(path) }
            #expect(error?.description == "cannot read the file '\(path)': \(why)")
        }
        let endless = #expect(throws: UsageError.self) { _ = try TextFile.text("/dev/zero") }
        #expect(endless?.description == "/dev/zero holds more than 8 MiB")
    }

    @Test("Option names")
    func kebab() {
        let names = [
            "vmRAM", "phyServer", "NodePK", "IP", "trustOnFirstUse", "vcpus", "vmIP", "URI", "VMName", "cpuMHz",
        ]
        #expect(
            names.map(\.kebab) == [
                "vm-ram", "phy-server", "node-pk", "ip", "trust-on-first-use", "vcpus", "vm-ip", "uri", "vm-name",
                "cpu-m-hz",
            ])
    }
}
