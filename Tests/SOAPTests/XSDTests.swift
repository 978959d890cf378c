import SOAP
import Testing
import VMSAPI
import XML

/// The schema describes each field as its service does.
struct XSDTests {
    private let root: XMLElement

    init() throws { root = try XMLParser().parse(bytes: XSD().document) }

    private func children(_ type: XMLElement?) -> [XMLElement] { type?.element(named: "sequence")?.elements ?? [] }

    private static func response<S: Service>(of service: S.Type) -> MessageDescription { S.Response.description }

    @Test("It is qualified, and every name in it is unique, also for toolkits that ignore case")
    func shape() {
        #expect(root["elementFormDefault"] == "qualified")
        #expect(root["targetNamespace"] == SOAPWriter.target)
        let types = root.elements.filter { $0.name != "element" }.compactMap { $0["name"]?.lowercased() }
        let elements = root.elements(named: "element").compactMap { $0["name"]?.lowercased() }
        #expect(types.count == Set(types).count)
        #expect(elements.count == Set(elements).count)
        #expect(Set(types).isDisjoint(with: elements))
        #expect(elements.count == ServiceList.all.count * 2 + 1)
    }

    @Test("Every message's fields are there in order, with type, occurrence and documentation")
    func fields() throws {
        var waiting: [(MessageDescription, XMLElement?)] = ServiceList.all.flatMap { service in
            [(service.description, service.name), (Self.response(of: service), "\(service.name)Response")].map {
                name in
                let element = root.elements(named: "element").first { $0["name"] == name.1 }
                return (name.0, element?.element(named: "complexType"))
            }
        }
        let fault = root.elements(named: "element").first { $0["name"] == "VirtualMachineServerFault" }
        let faultType = "VirtualMachineServerFaultDetail"
        #expect(fault?["type"] == "tns:\(faultType)")
        waiting.append(
            (
                VirtualMachineServerFault.description,
                root.elements(named: "complexType").first { $0["name"] == faultType }
            ))
        var found: Set<String> = []
        while let (message, type) = waiting.popLast() {
            let type = try #require(type, "\(message.name)")
            #expect(type.path("annotation", "documentation")?.text == message.documentation)
            #expect(children(type).map { $0["name"] } == message.fields.map(\.name))
            for (field, element) in zip(message.fields, children(type)) {
                try check(field, element)
                guard case .message(let inner) = field.kind, found.insert(inner.name).inserted else { continue }
                waiting.append((inner, root.elements(named: "complexType").first { $0["name"] == inner.name }))
            }
        }
        #expect(found.count + 1 == root.elements(named: "complexType").count)
    }

    /// PySimpleSOAP cannot read a nameless type of a field, and Axis 1 generates no exception for one.
    @Test("Only elements of messages have nameless types")
    func namedTypes() {
        func anonymous(_ element: XMLElement) -> Int {
            element.elements.reduce(0) { count, child in
                let isOne = ["simpleType", "complexType"].contains(child.name) && child["name"] == nil
                return count + (isOne ? 1 : 0) + anonymous(child)
            }
        }
        #expect(anonymous(root) == ServiceList.all.count * 2)
    }

    private func check(_ field: FieldDescription, _ element: XMLElement) throws {
        let words = try #require(element.path("annotation", "documentation")).text
        #expect(words.hasPrefix(field.documentation))
        if let unit = field.unit { #expect(words.contains("Unit: \(unit).")) }
        if let length = field.maxLength { #expect(words.contains("At most \(length) characters.")) }
        #expect((element["minOccurs"] == "0") == (field.occurrence != .required && field.minItems == 0))
        #expect(element["maxOccurs"] == (field.occurrence == .repeated ? "unbounded" : nil))
        switch field.kind {
        case .message(let message): #expect(element["type"] == "tns:\(message.name)")
        case .scalar(let kind):
            if let enumeration = kind.enumeration {
                #expect(element["type"] == "tns:\(enumeration.name)")
                let type = root.elements(named: "simpleType").first { $0["name"] == enumeration.name }
                #expect(type?.element(named: "restriction")?.elements.map { $0["value"] } == enumeration.values)
            } else {
                #expect(element["type"] == "xs:\(kind.xsd)")
                guard let range = field.range else { return }
                #expect(words.contains("From \(range.lowerBound) to \(range.upperBound)."))
            }
        }
    }
}
