import Testing
import VMSAPI

/// Limits and tolerance in reading a request.
struct ReadingTests {
    private func read<M: Message>(_ type: M.Type, _ json: String) throws -> M {
        try M(wire: JSONReader.value(of: Array(json.utf8)))
    }

    private func failure<M: Message>(_ type: M.Type, _ json: String) -> FieldError? {
        #expect(throws: FieldError.self) { _ = try read(type, json) }
    }

    private static func create(_ fields: String) -> String {
        #"{"phyServer":"h1","vmName":"r1","vmIP":"10.0.0.1","vmRAM":96\#(fields.isEmpty ? "" : "," + fields)}"#
    }

    @Test("A request with its required fields has the defaults for the rest")
    func defaults() throws {
        let request = try read(CreateVirtualMachine.self, Self.create(""))
        #expect(request.vmRAM == 96)
        #expect(request.vcpus == 1)
        #expect(request.waitFor == .address)
        #expect(request.transferDisk)
        #expect(request.async == nil)
        #expect(request.image == nil)
    }

    @Test(
        "An invalid value is refused with code and field",
        arguments: [
            (#""vcpus":0"#, .outOfRange, "vcpus"), (#""vcpus":513"#, .outOfRange, "vcpus"),
            (#""vcpus":2147483648"#, .invalidValue, "vcpus"), (#""vcpus":-2147483649"#, .invalidValue, "vcpus"),
            (#""vcpus":1.5"#, .invalidValue, "vcpus"), (#""vcpus":1e1"#, .invalidValue, "vcpus"),
            (#""vcpus":"two""#, .invalidValue, "vcpus"), (#""vcpus":{}"#, .invalidValue, "vcpus"),
            (#""vcpus":[1,2]"#, .duplicateField, "vcpus"),
            (#""vmDiskSize":65537"#, .outOfRange, "vmDiskSize"),
            (#""vmDiskSize":9223372036854775808"#, .invalidValue, "vmDiskSize"),
            (#""waitFor":"never""#, .invalidValue, "waitFor"), (#""async":"yes""#, .invalidValue, "async"),
            (#""netInterface":"0123456789abcdef""#, .tooLong, "netInterface"),
            (#""VMName":"r2""#, .duplicateField, "vmName"), (#""image":["a","b"]"#, .duplicateField, "image"),
        ] as [(String, FieldError.Code, String)])
    func refused(fields: String, code: FieldError.Code, field: String) {
        let error = failure(CreateVirtualMachine.self, Self.create(fields))
        #expect(error?.code == code)
        #expect(error?.field == field)
        #expect(error?.expected.isEmpty == false)
    }

    @Test("The error for a range has its unit")
    func words() {
        let error = failure(
            CreateVirtualMachine.self, #"{"phyServer":"h","vmName":"r","vmIP":"10.0.0.1","vmRAM":"0"}"#)
        #expect(error?.description == "vmRAM is '0': must be from 1 to 16777216 MiB")
    }

    @Test(
        "A required field that is missing, null or empty is refused",
        arguments: [
            ("{}", .missingField), (#"{"operation":null}"#, .missingField), (#"{"operation":[]}"#, .missingField),
            (#"{"operation":""}"#, .emptyField), (#"{"operation":{}}"#, .invalidValue), ("[]", .invalidValue),
            ("\"x\"", .invalidValue), ("3", .invalidValue),
        ] as [(String, FieldError.Code)])
    func required(json: String, code: FieldError.Code) {
        #expect(failure(GetOperation.self, json)?.code == code)
    }

    @Test("An optional field that is null or empty counts as not sent")
    func optional() throws {
        for value in ["null", "\"\"", "[]"] {
            let request = try read(CreateVirtualMachine.self, Self.create("\"image\":\(value),\"vcpus\":\(value)"))
            #expect(request.image == nil)
            #expect(request.vcpus == 1)
        }
    }

    @Test("A text with `allowsEmpty` may be empty, but not missing")
    func empty() throws {
        #expect(try read(SanityTest.self, #"{"testString":""}"#).testString.isEmpty)
        #expect(failure(SanityTest.self, "{}")?.code == .missingField)
    }

    @Test("Every spelling of a field is read")
    func aliases() throws {
        let old = try read(DestroyVirtualMachine.self, #"{"phyServer":"h","VMName":"r"}"#)
        #expect(old == (try read(DestroyVirtualMachine.self, #"{"phyServer":"h","vmName":"r"}"#)))
        #expect(try read(Node.self, #"{"NodeName":"h","publicKey":"k","ip":"a","URI":"u"}"#).nodePK == "k")
        let scheduler = try read(
            SetVirtualMachineSchedulerParameters.self, #"{"phyServer":"h","VMName":"r","Weight":512,"Cap":50}"#)
        #expect(scheduler.weight == 512 && scheduler.cap == 50)
    }

    @Test("Fields one level down, as Axis2's RPC shape has them", arguments: ["element", "args0"])
    func nested(name: String) throws {
        #expect(try read(GetOperation.self, "{\"\(name)\":{\"operation\":\"o\"}}").operation == "o")
        #expect(failure(GetOperation.self, "{\"\(name)\":{\"operation\":\"o\"},\"x\":1}")?.code == .missingField)
        #expect(failure(GetOperation.self, "{\"other\":{\"operation\":\"o\"}}")?.code == .missingField)
    }

    @Test("Unknown fields are ignored")
    func unknown() throws {
        #expect(try read(GetOperation.self, #"{"operation":"o","x":{"y":[1]}}"#).operation == "o")
    }

    @Test("White space around a value is removed, except around free text")
    func trimmed() throws {
        let request = try read(
            CreateVirtualMachine.self,
            #"{"phyServer":" h1\n","vmName":"\r\n\t r1 ","vmIP":"10.0.0.1\t","vmRAM":" 96 ","image":" \n","description":" a b "}"#
        )
        #expect(request.phyServer == "h1" && request.vmName == "r1" && request.vmIP == "10.0.0.1")
        #expect(request.vmRAM == 96)
        #expect(request.image == nil)
        #expect(request.description == "a b")
        #expect(try read(SanityTest.self, #"{"testString":" \r\n a "}"#).testString == " \r\n a ")
        #expect(failure(GetOperation.self, #"{"operation":" \n"}"#)?.code == .emptyField)
        let hosts = try read(UnregisterNodes.self, #"{"NodeName":["\na ", " b"]}"#)
        #expect(hosts.nodeName == ["a", "b"])
        // Not white space in XML.
        #expect(try read(GetOperation.self, #"{"operation":"\u00a0o "}"#).operation == "\u{A0}o")
    }

    @Test("A repeated field comes as an array, as one value, as several members, or wrapped twice")
    func repeated() throws {
        #expect(try read(UnregisterNodes.self, #"{"NodeName":["a","b"]}"#).nodeName == ["a", "b"])
        #expect(try read(UnregisterNodes.self, #"{"NodeName":"a"}"#).nodeName == ["a"])
        #expect(try read(UnregisterNodes.self, #"{"NodeName":{"NodeName":"a"}}"#).nodeName == ["a"])
        let members = WireValue.object(["a", "b"].map { .init("NodeName", .string($0)) })
        #expect(try UnregisterNodes(wire: members).nodeName == ["a", "b"])
        let twice = WireValue.object([.init("NodeName", members)])
        #expect(try UnregisterNodes(wire: twice).nodeName == ["a", "b"])
        let nodes = try read(RegisterNodes.self, #"{"Node":{"Node":{"NodeName":"a"}}}"#)
        #expect(nodes.node.map(\.nodeName) == ["a"])
    }

    @Test("Counts have limits, and an error names the element")
    func counts() {
        #expect(failure(UnregisterNodes.self, "{}")?.code == .missingField)
        let many = Array(repeating: "\"a\"", count: 1025).joined(separator: ",")
        #expect(failure(UnregisterNodes.self, "{\"NodeName\":[\(many)]}")?.code == .tooMany)
        let error = failure(RegisterNodes.self, #"{"Node":[{"NodeName":"a"},{"NodeName":"b","IP":["1",{}]}]}"#)
        #expect(error?.field == "Node[1].IP[1]")
        #expect(failure(RegisterNodes.self, #"{"Node":[{"NodeName":"a"},{}]}"#)?.field == "Node[1].NodeName")
        #expect(failure(RegisterNodes.self, #"{"Node":"h1"}"#)?.code == .invalidValue)
    }

    @Test("A length is counted in Unicode scalars")
    func length() throws {
        let name = String(repeating: "\u{1F680}", count: 15)
        #expect(try read(CreateVirtualMachine.self, Self.create("\"netInterface\":\"\(name)\"")).netInterface == name)
        #expect(failure(CreateVirtualMachine.self, Self.create("\"netInterface\":\"\(name)x\""))?.code == .tooLong)
    }

    @Test("An error shows a caller's text shortened and without control characters")
    func shownBack() {
        let error = failure(
            CreateVirtualMachine.self,
            Self.create("\"vcpus\":\"\\u001b[31m\(String(repeating: "x", count: 200))\""))
        #expect(error?.value?.unicodeScalars.count == 81)
        #expect(error?.value?.unicodeScalars.contains("\u{1B}") == false)
    }
}
