package import VMSAPI
internal import XML

/// The WSDL 1.1 of the contract: one document that imports nothing, derived from the services.
///
/// Two omissions are intentional: a `soap12:fault` in the SOAP 1.2 binding makes Axis 1.4 fail, and an HTTP binding
/// makes it skip the port type. Toolkits are to generate one message in and one message out for each service. A
/// parameter for each field would change a signature with every added field. For JAX-WS `enableWrapperStyle` selects
/// this; .NET and Axis 1 infer it from parts that are not named `parameters` (docs/decisions/0042).
package struct WSDL {
    private let services: [any Service.Type]
    private let address: String

    /// Creates the contract of the given services.
    ///
    /// - Parameter address: the endpoint as the client reaches it; clients read it from this document.
    package init(address: String, services: [any Service.Type] = ServiceList.all) {
        self.address = address
        self.services = services
    }

    private static let name = "VirtualMachineServer"
    private static let fault = "VirtualMachineServerFault"

    /// The WSDL in UTF-8.
    package var document: [UInt8] {
        var writer = XMLWriter(indent: 2)
        writer.declaration()
        writer.element(
            "wsdl:definitions",
            [
                ("xmlns:wsdl", "http://schemas.xmlsoap.org/wsdl/"),
                ("xmlns:soap", "http://schemas.xmlsoap.org/wsdl/soap/"),
                ("xmlns:soap12", "http://schemas.xmlsoap.org/wsdl/soap12/"), ("xmlns:tns", SOAPWriter.target),
                ("targetNamespace", SOAPWriter.target), ("name", Self.name),
            ]
        ) { writer in
            writer.element("jaxws:bindings", [("xmlns:jaxws", "http://java.sun.com/xml/ns/jaxws")]) {
                $0.element("jaxws:enableWrapperStyle", text: "false")
            }
            writer.element("wsdl:types") { XSD(services).write(to: &$0) }
            messages(to: &writer)
            portType(to: &writer)
            binding("Soap11", prefix: "soap", to: &writer)
            binding("Soap12", prefix: "soap12", to: &writer)
            writer.element("wsdl:service", [("name", Self.name)]) { writer in
                port("Soap11", prefix: "soap", to: &writer)
                port("Soap12", prefix: "soap12", to: &writer)
            }
        }
        return writer.bytes
    }

    private func messages(to writer: inout XMLWriter) {
        func message(_ name: String, element: String, part: String) {
            writer.element("wsdl:message", [("name", name)]) {
                $0.element("wsdl:part", [("name", part), ("element", "tns:\(element)")])
            }
        }
        for service in services {
            message("\(service.name)Request", element: service.name, part: "request")
            message("\(service.name)Response", element: "\(service.name)Response", part: "response")
        }
        message(Self.fault, element: Self.fault, part: "fault")
    }

    private func portType(to writer: inout XMLWriter) {
        writer.element("wsdl:portType", [("name", "\(Self.name)PortType")]) { writer in
            for service in services {
                let name = service.name
                writer.element("wsdl:operation", [("name", name)]) { writer in
                    writer.element("wsdl:documentation", text: service.description.documentation)
                    writer.element("wsdl:input", [("message", "tns:\(name)Request")])
                    writer.element("wsdl:output", [("message", "tns:\(name)Response")])
                    writer.element("wsdl:fault", [("message", "tns:\(Self.fault)"), ("name", Self.fault)])
                }
            }
        }
    }

    private func binding(_ version: String, prefix: String, to writer: inout XMLWriter) {
        let attributes = [("name", "\(Self.name)\(version)Binding"), ("type", "tns:\(Self.name)PortType")]
        writer.element("wsdl:binding", attributes) { writer in
            writer.element(
                "\(prefix):binding", [("transport", "http://schemas.xmlsoap.org/soap/http"), ("style", "document")])
            for service in services {
                writer.element("wsdl:operation", [("name", service.name)]) { writer in
                    writer.element(
                        "\(prefix):operation", [("soapAction", "urn:\(service.name)"), ("style", "document")])
                    for direction in ["wsdl:input", "wsdl:output"] {
                        writer.element(direction) { $0.element("\(prefix):body", [("use", "literal")]) }
                    }
                    guard prefix == "soap" else { return }
                    writer.element("wsdl:fault", [("name", Self.fault)]) {
                        $0.element("soap:fault", [("use", "literal"), ("name", Self.fault)])
                    }
                }
            }
        }
    }

    private func port(_ version: String, prefix: String, to writer: inout XMLWriter) {
        let name = "\(Self.name)Http\(version)Endpoint"
        writer.element("wsdl:port", [("name", name), ("binding", "tns:\(Self.name)\(version)Binding")]) {
            $0.element("\(prefix):address", [("location", address)])
        }
    }
}
