package import VMSAPI
internal import XML

/// The XML Schema of the contract, derived from the services.
package struct XSD {
    private let services: [any Service.Type]

    private static let faultType = "VirtualMachineServerFaultDetail"

    package init(_ services: [any Service.Type] = ServiceList.all) { self.services = services }

    /// The schema in UTF-8.
    package var document: [UInt8] {
        var writer = XMLWriter(indent: 2)
        writer.declaration()
        write(to: &writer)
        return writer.bytes
    }

    func write(to writer: inout XMLWriter) {
        writer.element(
            "xs:schema",
            [
                ("xmlns:xs", "http://www.w3.org/2001/XMLSchema"), ("xmlns:tns", SOAPWriter.target),
                ("targetNamespace", SOAPWriter.target), ("elementFormDefault", "qualified"),
            ]
        ) { writer in
            for service in services {
                element(service.name, service.description, to: &writer)
                element("\(service.name)Response", service.responseDescription, to: &writer)
            }
            // A named type: without one Axis 1 generates no exception class, and its stubs do not compile.
            let fault = VirtualMachineServerFault.description
            writer.element("xs:element", [("name", fault.name), ("type", "tns:\(Self.faultType)")])
            type(fault, named: Self.faultType, to: &writer)
            for message in nested { type(message, named: message.name, to: &writer) }
            for enumeration in enumerations { type(enumeration, to: &writer) }
        }
    }

    private var roots: [MessageDescription] {
        services.flatMap { [$0.description, $0.responseDescription] } + [VirtualMachineServerFault.description]
    }

    /// Every message that is part of another one, once, in the order of first use.
    private var nested: [MessageDescription] {
        var found: [MessageDescription] = []
        var waiting = roots
        while !waiting.isEmpty {
            for field in waiting.removeFirst().fields {
                guard case .message(let message) = field.kind, !found.contains(where: { $0.name == message.name })
                else { continue }
                found.append(message)
                waiting.append(message)
            }
        }
        return found
    }

    private var enumerations: [ScalarKind.Enumeration] {
        var found: [ScalarKind.Enumeration] = []
        for field in (roots + nested).flatMap(\.fields) {
            guard case .scalar(let kind) = field.kind, let enumeration = kind.enumeration,
                !found.contains(enumeration)
            else { continue }
            found.append(enumeration)
        }
        return found
    }

    private func element(_ name: String, _ message: MessageDescription, to writer: inout XMLWriter) {
        writer.element("xs:element", [("name", name)]) { type(message, named: nil, to: &$0) }
    }

    private func type(_ message: MessageDescription, named name: String?, to writer: inout XMLWriter) {
        writer.element("xs:complexType", name.map { [("name", $0)] } ?? []) { writer in
            Self.document(message.documentation, to: &writer)
            writer.element("xs:sequence") { writer in
                for field in message.fields { write(field, to: &writer) }
            }
        }
    }

    private func type(_ enumeration: ScalarKind.Enumeration, to writer: inout XMLWriter) {
        writer.element("xs:simpleType", [("name", enumeration.name)]) { writer in
            writer.element("xs:restriction", [("base", "xs:string")]) { writer in
                for value in enumeration.values { writer.element("xs:enumeration", [("value", value)]) }
            }
        }
    }

    private func write(_ field: FieldDescription, to writer: inout XMLWriter) {
        var attributes = [("name", field.name)]
        switch field.kind {
        case .message(let message): attributes.append(("type", "tns:\(message.name)"))
        case .scalar(let kind):
            if let enumeration = kind.enumeration {
                attributes.append(("type", "tns:\(enumeration.name)"))
            } else {
                attributes.append(("type", "xs:\(kind.xsd)"))
            }
        }
        if field.occurrence != .required, field.minItems == 0 { attributes.append(("minOccurs", "0")) }
        if field.occurrence == .repeated { attributes.append(("maxOccurs", "unbounded")) }
        writer.element("xs:element", attributes) {
            Self.document(field.documentation + Self.limits(of: field), to: &$0)
        }
    }

    /// A field's unit and limits in words. They are only in the documentation, since some toolkits cannot read a type
    /// without a name (PySimpleSOAP), and validators unroll `maxOccurs`.
    private static func limits(of field: FieldDescription) -> String {
        var text = field.unit.map { " Unit: \($0)." } ?? ""
        if let range = field.range { text += " From \(range.lowerBound) to \(range.upperBound)." }
        if let length = field.maxLength { text += " At most \(length) characters." }
        if let items = field.maxItems { text += " At most \(items) of them." }
        return text
    }

    private static func document(_ text: String, to writer: inout XMLWriter) {
        writer.element("xs:annotation") { $0.element("xs:documentation", text: text) }
    }
}

extension Service {
    static var responseDescription: MessageDescription { Response.description }
}
