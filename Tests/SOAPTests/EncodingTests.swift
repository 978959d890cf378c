import SOAP
import Testing
import VMSAPI

/// SOAP's own encoding: references, arrays, nil values. Each is read correctly, or refused with its name.
struct EncodingTests {
    private static let declared =
        "xmlns:enc=\"http://schemas.xmlsoap.org/soap/encoding/\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" "
        + "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:enc12=\"http://www.w3.org/2003/05/soap-encoding\""

    private static func plan(_ fields: String, beside: String = "", root: String = "") -> String {
        Envelopes.v11("<planVirtualNetwork \(declared) \(root)>\(fields)</planVirtualNetwork>\(beside)")
    }

    private func read(_ message: String) throws -> PlanVirtualNetwork {
        try PlanVirtualNetwork(request: Envelopes.read(message).payload)
    }

    private func words(_ message: String) -> String? {
        guard let refusal = Envelopes.refusal(message) else { return nil }
        #expect(refusal.isSOAP)
        #expect(refusal.fault.code == .caller)
        #expect(refusal.fault.detail?.code == "malformed")
        return refusal.fault.reason
    }

    @Test(
        "A referenced structure is found before and after its reference, in the spelling of both versions",
        arguments: [
            "<link><name>a</name><end id=\"e\"><router>s2</router></end></link><link><name>b</name><end href=\"#e\"/></link>",
            "<link><name>a</name><end href=\"#e\"/></link><link><name>b</name><end id=\"e\"><router>s2</router></end></link>",
            "<link><name>a</name><end href=\" #e \">\n </end></link><link><name>b</name><end id=\" e \"><router>s2</router></end></link>",
            "<link><name>a</name><end enc12:ref=\"e\"/></link><link><name>b</name><end enc12:id=\"e\"><router>s2</router></end></link>",
            "<link><name>a</name><end enc12:ref=\"e\"/></link><link><name>b</name><end id=\"e\"><router>s2</router></end></link>",
            "<link><name>a</name><end href=\"#r\"/></link><link><name>b</name><end id=\"r\"><router href=\"#n\"/></end></link><stack id=\"n\">s2</stack>",
        ])
    func structures(fields: String) throws {
        #expect(try read(Self.plan(fields)).link.map { $0.end.map(\.router) } == [["s2"], ["s2"]])
    }

    @Test("Values and structures next to the call, as Axis 1 sends them")
    func multiRef() throws {
        let beside =
            "<multiRef id=\"id0\" enc:root=\"0\" xsi:type=\"xsd:string\" \(Self.declared)>ospf</multiRef>"
            + "<multiRef id=\"id1\"><name>s1</name><phyServer href=\"#id2\"/></multiRef><x:any xmlns:x=\"urn:x\" id=\"id2\">h3</x:any>"
        let fields = "<stack href=\"#id0\"/><router href=\"#id1\"/><router><name>s2</name></router>"
        let plan = try read(Self.plan(fields, beside: beside))
        #expect(plan.stack == "ospf")
        #expect(plan.router.map(\.name) == ["s1", "s2"])
        #expect(plan.router.map(\.phyServer) == ["h3", nil])
    }

    @Test("An element with root 0 may precede the call, and the call itself may be a reference")
    func roots() throws {
        let first = "<r \(Self.declared) enc:root=\"0\" id=\"a\">ospf</r>"
        let message = Envelopes.v11("\(first)<planVirtualNetwork><stack href=\"#a\"/></planVirtualNetwork>")
        #expect(try Envelopes.read(message).service == "planVirtualNetwork")
        #expect(try read(message).stack == "ospf")
        let call = Envelopes.v11("<planVirtualNetwork href=\"#c\"/><c id=\"c\"><stack>rip</stack></c>")
        #expect(try read(call).stack == "rip")
    }

    @Test(
        "A reference that cannot be followed is refused with its name, never dropped",
        arguments: [
            ("<stack href=\"#no\"/>", "stack: href is '#no': no element within the Body has that id"),
            ("<router><name>a</name><phyServer href=\"#no\"/></router>", "phyServer: href is '#no'"),
            ("<stack enc12:ref=\"no\"/>", "stack: ref is 'no': no element"),
            ("<stack ref=\"no\"/>", "stack: ref is 'no': no element"),
            ("<stack href=\"http://a/b#c\"/>", "must be '#' and the id of an element within the Body"),
            ("<stack href=\"cid:x\"/>", "stack: href is 'cid:x': must be '#'"),
            ("<stack href=\"\"/>", "stack: href is '': must be '#'"),
            ("<stack href=\"#\"/>", "href is '#': no element"),
            ("<stack id=\"a\">x</stack><image id=\"a\">y</image><networkName href=\"#a\"/>", "2 elements"),
            ("<stack href=\"#a\">rip</stack><image id=\"a\">y</image>", "without a value beside it"),
            ("<stack href=\"#a\" xsi:nil=\"true\"/><image id=\"a\">y</image>", "without a value beside it"),
            ("<link id=\"a\"><end href=\"#a\"/></link>", "refers back to itself"),
            (
                "<link href=\"#a\"/><link id=\"a\"><end href=\"#b\"/></link><link id=\"b\"><end href=\"#a\"/></link>",
                "refers back"
            ),
            ("<stack id=\"a\" href=\"#a\"/>", "refers back to itself"),
        ])
    func refused(fields: String, words: String) {
        let reason = self.words(Self.plan(fields))
        #expect(reason?.contains(words) == true, "\(reason ?? "accepted")")
    }

    @Test("An element next to the call without a reference to it is a second call")
    func second() {
        for beside in ["<sanityTest/>", "<x id=\"a\"/>", "<x id=\"a\"><y href=\"#a\"/></x>"] {
            let reason = words(Self.plan("<stack>rip</stack>", beside: beside))
            #expect(reason?.contains("second element") == true, "\(reason ?? "accepted")")
        }
    }

    @Test("A few references that expand to very much data are refused")
    func bombs() {
        let levels = (0..<20).map { level in
            "<r id=\"l\(level)\">" + String(repeating: "<r href=\"#l\(level + 1)\"/>", count: 10) + "</r>"
        }
        let wide = Self.plan("<router href=\"#l0\"/>", beside: levels.joined() + "<r id=\"l20\"/>")
        #expect(words(wide)?.contains("expand to more than") == true)
        let chain = (0..<5000).map { "<r id=\"l\($0)\" href=\"#l\($0 + 1)\"/>" }.joined()
        #expect(words(Self.plan("<router href=\"#l0\"/>", beside: chain))?.contains("levels deep") == true)
        let text = "<stack id=\"t\">\(String(repeating: "x", count: 1 << 20))</stack>"
        let large = Self.plan(text + String(repeating: "<router href=\"#t\"/>", count: 17))
        #expect(words(large)?.contains("bytes of text") == true)
    }

    @Test(
        "Arrays in the spelling of both versions, with items of any name",
        arguments: [
            "enc:arrayType=\"xsd:string[2]\" xsi:type=\"enc:Array\"", "enc:arrayType=\"xsd:string[]\"",
            "enc:arrayType=\"xsd:anyType[ 2 ]\"", "xsi:type=\"enc:Array\"", "xsi:type=\"enc12:Array\"",
            "enc12:arraySize=\"2\"", "enc12:arraySize=\"*\" enc12:itemType=\"xsd:string\"",
        ])
    func arrays(attributes: String) throws {
        for items in [
            "<item xsi:type=\"xsd:string\">h1</item><item>h2</item>",
            "<phyServer>h1</phyServer><phyServer>h2</phyServer>",
            "<a>h1</a><b href=\"#x\"/>",
        ] {
            let plan = try read(
                Self.plan("<phyServer \(attributes)>\(items)</phyServer><stack id=\"x\">h2</stack>"))
            #expect(plan.phyServer == ["h1", "h2"])
        }
        let routers = "<router \(attributes)><i><name>a</name></i><i><name>b</name></i></router>"
        #expect(try read(Self.plan(routers)).router.map(\.name) == ["a", "b"])
    }

    @Test("An array may be the target of a reference, and may be empty")
    func arraysElsewhere() throws {
        let beside = "<enc:Array id=\"a\" \(Self.declared) enc:arrayType=\"xsd:int[2]\"><i>96</i><i>128</i></enc:Array>"
        #expect(try read(Self.plan("<vmRAM href=\"#a\"/>", beside: beside)).vmRAM == [96, 128])
        #expect(try read(Self.plan("<vmRAM enc:arrayType=\"xsd:int[0]\"/>")).vmRAM.isEmpty)
    }

    @Test(
        "Unsupported arrays are refused with the attribute's name",
        arguments: [
            ("enc:arrayType=\"xsd:string[3]\"", "arrayType gives a size of '3', but there are 2 items"),
            ("enc:arrayType=\"xsd:string[1,2]\"", "one dimension"),
            ("enc:arrayType=\"xsd:string[][2]\"", "one dimension"),
            ("enc:arrayType=\"xsd:string\"", "one dimension"),
            ("enc:arrayType=\"xsd:string[2]\" enc:offset=\"[1]\"", "offset"),
            ("enc12:arraySize=\"1 2\"", "arraySize"), ("enc:arrayType=\"xsd:string[99999999999999999999]\"", "size of"),
        ])
    func arraysRefused(attributes: String, words: String) {
        let reason = self.words(Self.plan("<phyServer \(attributes)><i>a</i><i>b</i></phyServer>"))
        #expect(reason?.contains(words) == true, "\(reason ?? "accepted")")
    }

    @Test("Sparse arrays are refused")
    func sparse() {
        let fields = "<phyServer enc:arrayType=\"xsd:string[2]\"><i enc:position=\"[1]\">a</i><i>b</i></phyServer>"
        #expect(words(Self.plan(fields))?.contains("position") == true)
    }

    @Test("A nil element has no value, in every spelling; a nil element with content is refused")
    func null() throws {
        for name in ["nil=\"true\"", "nil=\" 1 \"", "null=\"1\""] {
            #expect(try read(Self.plan("<stack xsi:\(name)/>")).stack == nil)
            #expect(words(Self.plan("<stack xsi:\(name)>rip</stack>"))?.contains("nil, but is not empty") == true)
        }
        #expect(try read(Self.plan("<stack xsi:nil=\"false\">rip</stack>")).stack == "rip")
    }

    @Test("A field sent as an attribute is refused with its name; other attributes are ignored")
    func attributes() throws {
        for (message, field) in [
            ("<sweepImages dryRun=\"true\"/>", "@dryRun"), ("<sweepImages xyz=\"true\"/>", "@xyz"),
        ] {
            let payload = try Envelopes.read(Envelopes.v11(message)).payload
            let error = #expect(throws: FieldError.self) { try SweepImages(request: payload) }
            #expect(error?.code == .unknownField)
            #expect(error?.field == field)
        }
        for (fields, place) in [
            ("<router phyServer=\"h1\"><name>a</name></router>", "router[0].@phyServer"),
            ("<router name=\"a\"/>", "router[0].@name"), ("<stack value=\"rip\"/>", "stack"),
        ] {
            let payload = try Envelopes.read(Self.plan(fields)).payload
            let error = #expect(throws: FieldError.self) { try PlanVirtualNetwork(request: payload) }
            #expect(error?.field == place)
        }
        let plain = "<router id=\"a\" xsi:type=\"x\" colour=\"red\"><name type=\"string\">a</name></router>"
        #expect(try read(Self.plan(plain)).router.map(\.name) == ["a"])
        let nested = Envelopes.v11("<getOperation><element a=\"b\"><operation>o</operation></element></getOperation>")
        #expect(try GetOperation(request: Envelopes.read(nested).payload).operation == "o")
    }

    @Test("An attachment within a referenced element is found, and can be used once")
    func attachments() throws {
        let call = { (count: Int) in
            "<addImage><manifest>{}</manifest><file><name>a</name>"
                + String(repeating: "<content href=\"#c\"/>", count: count)
                + "</file></addImage><m id=\"c\">\(Package.include("cid:x"))</m>"
        }
        var package = Package(envelope: Envelopes.v11(call(1)))
        package.attach("x", [1, 2])
        #expect(try package.content() == [1, 2])
        package = Package(envelope: Envelopes.v11(call(2)))
        package.attach("x", [1, 2])
        #expect(package.refusal()?.fault.reason.contains("two xop:Include") == true)
    }
}
