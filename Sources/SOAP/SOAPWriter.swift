internal import FoundationEssentials
package import VMSAPI
internal import XML

/// Writes SOAP answers: document/literal wrapped, every element qualified, always UTF-8.
package struct SOAPWriter: Sendable {
    /// The contract's namespace.
    package static let target = "http://vmserver/xsd"

    private let version: SOAPVersion
    private let addressing: Addressing?

    package init(_ version: SOAPVersion, addressing: Addressing? = nil) {
        self.version = version
        self.addressing = addressing
    }

    /// Writes the response of a service.
    package func response(_ service: String, _ value: WireValue) -> [UInt8] {
        envelope(action: "urn:\(service)Response") { writer in
            writer.element("ns:\(service)Response", [("xmlns:ns", Self.target)]) { Self.write(value, to: &$0) }
        }
    }

    /// Writes a fault.
    package func fault(_ fault: SOAPFault) -> [UInt8] {
        envelope(action: addressing?.faultAction ?? "", notUnderstood: fault.notUnderstood) { writer in
            writer.element("soapenv:Fault") { writer in
                switch version {
                case .v11: write11(fault, to: &writer)
                case .v12: write12(fault, to: &writer)
                }
            }
        }
    }

    private func envelope(
        action: String, notUnderstood: SOAPFault.QualifiedName? = nil, _ body: (inout XMLWriter) -> Void
    ) -> [UInt8] {
        var writer = XMLWriter()
        writer.declaration()
        writer.element("soapenv:Envelope", [("xmlns:soapenv", version.namespace)]) { writer in
            // Only SOAP 1.2 has a header that names the header that was not understood.
            let notUnderstood = version == .v12 ? notUnderstood : nil
            if addressing != nil || notUnderstood != nil {
                writer.element("soapenv:Header") { writer in
                    if let notUnderstood {
                        writer.element("soapenv:NotUnderstood", Self.attributes(of: notUnderstood))
                    }
                    guard let addressing else { return }
                    let namespace = [("xmlns:wsa", addressing.namespace)]
                    writer.element("wsa:Action", namespace, text: action)
                    if let id = addressing.messageID { writer.element("wsa:RelatesTo", namespace, text: id) }
                }
            }
            writer.element("soapenv:Body", [], body)
        }
        return writer.bytes
    }

    private static func attributes(of header: SOAPFault.QualifiedName) -> [(String, String)] {
        guard !header.namespace.isEmpty else { return [("qname", header.name)] }
        return [("qname", "n:\(header.name)"), ("xmlns:n", header.namespace)]
    }

    /// `faultcode`, `faultstring` and `detail` are unqualified and in this order.
    private func write11(_ fault: SOAPFault, to writer: inout XMLWriter) {
        let code =
            switch fault.code {
            case .caller: "Client"
            case .server: "Server"
            case .mustUnderstand: "MustUnderstand"
            case .versionMismatch: "VersionMismatch"
            case .failedAuthentication: "FailedAuthentication"
            }
        if fault.code == .failedAuthentication {
            writer.element("faultcode", [("xmlns:wsse", SOAPReader.security)], text: "wsse:\(code)")
        } else {
            writer.element("faultcode", text: "soapenv:\(code)")
        }
        writer.element("faultstring", text: fault.reason)
        if let detail = fault.detail {
            writer.element("detail") { Self.write(detail, to: &$0) }
        }
    }

    private func write12(_ fault: SOAPFault, to writer: inout XMLWriter) {
        let code =
            switch fault.code {
            case .caller: "Sender"
            case .server: "Receiver"
            case .mustUnderstand: "MustUnderstand"
            case .versionMismatch: "VersionMismatch"
            case .failedAuthentication: "Sender"
            }
        writer.element("soapenv:Code") { writer in
            writer.element("soapenv:Value", text: "soapenv:\(code)")
            guard fault.code == .failedAuthentication else { return }
            writer.element("soapenv:Subcode") {
                $0.element(
                    "soapenv:Value", [("xmlns:wsse", SOAPReader.security)], text: "wsse:FailedAuthentication")
            }
        }
        writer.element("soapenv:Reason") {
            $0.element("soapenv:Text", [("xml:lang", "en")], text: fault.reason)
        }
        if let detail = fault.detail {
            writer.element("soapenv:Detail") { Self.write(detail, to: &$0) }
        }
    }

    private static func write(_ detail: VirtualMachineServerFault, to writer: inout XMLWriter) {
        writer.element("ns:VirtualMachineServerFault", [("xmlns:ns", target)]) { write(detail.wireValue, to: &$0) }
    }

    private static func write(_ value: WireValue, to writer: inout XMLWriter) {
        switch value {
        case .null: return
        case .string(let text), .number(let text): writer.text(text)
        case .bool(let flag): writer.text(flag ? "true" : "false")
        case .bytes(let bytes): writer.text(Data(bytes).base64EncodedString())
        case .array(let items): for item in items { write(item, to: &writer) }
        case .object(let members): for member in members { write(member, to: &writer) }
        }
    }

    private static func write(_ member: WireValue.Member, to writer: inout XMLWriter) {
        let name = "ns:\(member.name)"
        switch member.value {
        case .null: return
        case .array(let items): for item in items { writer.element(name) { write(item, to: &$0) } }
        case .string, .number, .bool, .bytes, .object: writer.element(name) { write(member.value, to: &$0) }
        }
    }
}
