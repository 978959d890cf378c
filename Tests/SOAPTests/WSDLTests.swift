import SOAP
import Testing
import VMSAPI
import XML

/// The contract matches the services, and has what clients of every toolkit need.
struct WSDLTests {
    private static let address = "http://example.org:8080/services/VirtualMachineServer?a=1&b=\"<"
    private static let wsdl = "http://schemas.xmlsoap.org/wsdl/"
    private static let soap11 = "http://schemas.xmlsoap.org/wsdl/soap/"
    private static let soap12 = "http://schemas.xmlsoap.org/wsdl/soap12/"
    private static let names = ServiceList.all.map { $0.name }

    private let root: XMLElement

    init() throws { root = try XMLParser().parse(bytes: WSDL(address: Self.address).document) }

    private func all(_ name: String, below element: XMLElement? = nil) -> [XMLElement] {
        (element ?? root).elements.flatMap { ($0.name == name ? [$0] : []) + all(name, below: $0) }
    }

    /// The local name of a qualified name in an attribute; it must be in the contract's namespace.
    private func target(_ element: XMLElement, _ attribute: String) throws -> String {
        let value = try #require(element[attribute])
        let prefix = try #require(value.split(separator: ":").first)
        #expect(prefix == "tns")
        return String(value.dropFirst(prefix.count + 1))
    }

    @Test("It is one document of WSDL 1.1 that imports nothing and has no HTTP binding")
    func shape() {
        #expect(root.name == "definitions")
        #expect(root.namespace == Self.wsdl)
        #expect(root["targetNamespace"] == "http://vmserver/xsd")
        for name in ["import", "include"] { #expect(all(name).isEmpty) }
        #expect(Set(all("binding").map(\.namespace)) == [Self.wsdl, Self.soap11, Self.soap12])
        let parts = root.elements.map(\.name).reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
        #expect(parts == ["bindings", "types", "message", "portType", "binding", "service"])
    }

    @Test("Names are those of the contract, and SOAP 1.1 comes first")
    func names() throws {
        let portType = try #require(root.element(named: "portType"))
        #expect(portType["name"] == "VirtualMachineServerPortType")
        let bindings = root.elements(named: "binding")
        #expect(
            bindings.map { $0["name"] } == ["VirtualMachineServerSoap11Binding", "VirtualMachineServerSoap12Binding"])
        for binding in bindings { #expect(try target(binding, "type") == "VirtualMachineServerPortType") }
        let service = try #require(root.element(named: "service"))
        #expect(service["name"] == "VirtualMachineServer")
        let ports = service.elements(named: "port")
        #expect(
            ports.map { $0["name"] } == [
                "VirtualMachineServerHttpSoap11Endpoint", "VirtualMachineServerHttpSoap12Endpoint",
            ])
        for (port, binding) in zip(ports, bindings) { #expect(try target(port, "binding") == binding["name"]) }
        #expect(ports.map { $0.elements.first?.namespace } == [Self.soap11, Self.soap12])
        for port in ports { #expect(port.elements.first?["location"] == Self.address) }
    }

    /// A part named `parameters` would make .NET and Axis 1 unwrap the message.
    @Test("Each service is an operation; its messages have one part with a declared element")
    func operations() throws {
        let elements = Set(all("schema").flatMap { $0.elements(named: "element") }.compactMap { $0["name"] })
        let messages = Dictionary(
            uniqueKeysWithValues: root.elements(named: "message").map { ($0["name"] ?? "", $0.elements) })
        let operations = try #require(root.element(named: "portType")).elements(named: "operation")
        #expect(operations.map { $0["name"] } == Self.names)
        for operation in operations {
            let name = try #require(operation["name"])
            #expect(operation.elements.map(\.name) == ["documentation", "input", "output", "fault"])
            let expected = [
                ("input", "\(name)Request", name, "request"),
                ("output", "\(name)Response", "\(name)Response", "response"),
            ]
            for (direction, message, element, part) in expected {
                let reference = try #require(operation.element(named: direction))
                #expect(try target(reference, "message") == message)
                let parts = try #require(messages[message])
                #expect(parts.map { $0["name"] } == [part])
                #expect(try target(#require(parts.first), "element") == element)
                #expect(elements.contains(element))
            }
            let fault = try target(#require(operation.element(named: "fault")), "message")
            let part = try #require(messages[fault]?.first)
            #expect(try target(part, "element") == "VirtualMachineServerFault")
        }
        #expect(elements.contains("VirtualMachineServerFault"))
    }

    @Test("Both bindings bind each service literally to its action; only SOAP 1.1's names the fault")
    func bindings() throws {
        for (binding, namespace) in zip(root.elements(named: "binding"), [Self.soap11, Self.soap12]) {
            let operations = binding.elements(named: "operation")
            #expect(operations.map { $0["name"] } == Self.names)
            for operation in operations {
                let action = try #require(operation.element(named: "operation", namespace: namespace))
                #expect(action["soapAction"] == "urn:\(operation["name"] ?? "")")
                #expect(all("body", below: operation).map { $0["use"] } == ["literal", "literal"])
                let faults = all("fault", below: operation)
                #expect(faults.map(\.namespace) == (namespace == Self.soap11 ? [Self.wsdl, Self.soap11] : []))
            }
            #expect(binding.element(named: "binding", namespace: namespace)?["style"] == "document")
        }
    }

    @Test("JAX-WS is configured not to unwrap messages")
    func wrapperStyle() throws {
        let bindings = try #require(root.element(named: "bindings", namespace: "http://java.sun.com/xml/ns/jaxws"))
        #expect(bindings.elements.map(\.name) == ["enableWrapperStyle"])
        #expect(bindings.elements.first?.text == "false")
    }

    @Test("A contract of fewer services names only these")
    func fewer() throws {
        let one = try XMLParser().parse(bytes: WSDL(address: "http://a", services: [SanityTest.self]).document)
        #expect(all("operation", below: one.element(named: "portType")).map { $0["name"] } == ["sanityTest"])
        #expect(all("complexType", below: one).compactMap { $0["name"] } == ["VirtualMachineServerFaultDetail"])
    }
}
