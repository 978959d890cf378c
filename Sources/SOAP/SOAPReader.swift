internal import VMSAPI
package import XML

/// Reads SOAP 1.1 and 1.2 envelopes, in all the variants that fourteen toolkits send.
package struct SOAPReader: Sendable {
    package var parser: XMLParser

    package init(limits: XMLParser.Limits = .init()) {
        parser = XMLParser(limits: limits, processingInstructions: .ignore)
    }

    static let security =
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"

    /// Reads a message that is an envelope alone.
    ///
    /// - Parameters:
    ///   - charset: from the Content-Type; it overrides the XML declaration.
    ///   - version: from the Content-Type; used in the refusal of a message without an envelope.
    /// - Throws: ``SOAPRefusal``.
    package func request(
        _ bytes: [UInt8], charset: String?, version: SOAPVersion = .v11
    ) throws(SOAPRefusal) -> SOAPRequest {
        try request(bytes, charset: charset, version, Attachments())
    }

    /// Reads an MTOM message of several parts.
    ///
    /// - Parameter contentType: the whole header, which names the boundary between the parts.
    /// - Throws: ``SOAPRefusal``.
    package func request(_ bytes: [UInt8], multipart contentType: String) throws(SOAPRefusal) -> SOAPRequest {
        let package: XOPPackage
        // The envelope is not read yet; the header also names its type.
        let version = SOAPVersion(contentType: contentType)
        do {
            package = try XOPPackage(bytes, contentType: contentType)
        } catch {
            throw refusal(version, true, error.code.rawValue, error.words)
        }
        return try request(package.envelope, charset: package.charset, version, package.attachments)
    }

    private func request(
        _ bytes: [UInt8], charset: String?, _ stated: SOAPVersion, _ attachments: Attachments
    ) throws(SOAPRefusal) -> SOAPRequest {
        let envelope: XMLElement
        do {
            envelope = try parser.parse(bytes: bytes, encoding: charset)
        } catch {
            let place = error.line > 0 ? " (line \(error.line))" : ""
            throw refusal(
                SOAPVersion(beginningOf: bytes) ?? stated, false, "malformed",
                "the message is no acceptable XML: \(error.message)\(place)")
        }
        guard envelope.name == "Envelope" else {
            throw refusal(
                stated, false, "malformed",
                "the message is no SOAP: its root is '\(envelope.name.prefix(80))', not Envelope")
        }
        guard let version = SOAPVersion(namespace: envelope.namespace) else {
            throw SOAPRefusal(
                version: stated,
                fault: SOAPFault(.versionMismatch, "the envelope's namespace is neither SOAP 1.1's nor SOAP 1.2's"),
                isSOAP: true)
        }
        let headers = envelope.elements(named: "Header").flatMap(\.elements)
        let addressing = Addressing(headers: headers)
        try checkUnderstood(headers, version, addressing)
        guard let body = envelope.element(named: "Body") else {
            throw refusal(version, false, "malformed", "the message is no SOAP: its Envelope has no Body", addressing)
        }
        if let problem = Self.problem(of: envelope, version) {
            throw refusal(version, false, "malformed", "the message is no SOAP: \(problem)", addressing)
        }
        guard let call = PayloadReader.call(in: body) else {
            throw refusal(version, true, "malformed", "the Body names no service", addressing)
        }
        var reader = PayloadReader(body: body, attachments: attachments)
        let payload: WireValue
        do {
            payload = try reader.payload()
        } catch {
            throw refusal(version, true, error.code.rawValue, error.words, addressing)
        }
        let fields = (payload.members ?? []) + Self.dryRuns(in: envelope, body, headers)
        return SOAPRequest(
            version: version, service: call.name, payload: .object(fields), addressing: addressing,
            usernameToken: UsernameToken(headers: headers, namespace: Self.security))
    }

    /// The fault of an envelope that is not an optional Header followed by one Body (SOAP 1.1, section 4; SOAP 1.2 part
    /// 1, section 5.1). In 1.1 elements with a namespace may follow the Body.
    private static func problem(of envelope: XMLElement, _ version: SOAPVersion) -> String? {
        guard envelope.trimmedText.isEmpty else {
            return "its Envelope holds text, '\(FieldError.shortened(envelope.trimmedText))'"
        }
        for part in ["Header", "Body"] {
            let count = envelope.elements(named: part).count
            guard count <= 1 else { return "its Envelope has \(count) elements \(part)" }
        }
        let elements = envelope.elements
        let body = elements.firstIndex { $0.name == "Body" } ?? elements.endIndex
        if let extra = elements[..<body].first(where: { $0.name != "Header" }) {
            return "'\(FieldError.shortened(extra.name))' is before its Body"
        }
        let rest = elements.dropFirst(body + 1)
        if let extra = rest.first(where: { version == .v12 || $0.namespace.isEmpty || $0.name == "Header" }) {
            return "'\(FieldError.shortened(extra.name))' is after its Body"
        }
        return nil
    }

    /// Dry-run flags outside of the call. No service looks there, so that the call would be carried out.
    private static func dryRuns(
        in envelope: XMLElement, _ body: XMLElement, _ headers: [XMLElement]
    ) -> [WireValue.Member] {
        let attributes = [envelope, body].flatMap { part in
            part.attributes.map {
                (place: "\(part.name)\(WireValue.Member.attributeMark)\($0.name)", $0.name, $0.value)
            }
        }
        let blocks = headers.map { (place: "Header.\($0.name)", $0.name, $0.text) }
        return (attributes + blocks).filter { DryRun.isMeant(by: $0.1) }.map { .init($0.place, .string($0.2)) }
    }

    private func refusal(
        _ version: SOAPVersion, _ isSOAP: Bool, _ code: String, _ reason: String, _ addressing: Addressing? = nil
    ) -> SOAPRefusal {
        var fault = VirtualMachineServerFault()
        (fault.code, fault.reason) = (code, reason)
        return SOAPRefusal(
            version: version, fault: SOAPFault(fault, isCallers: true), isSOAP: isSOAP, addressing: addressing)
    }

    /// Refuses a header with `mustUnderstand` that is not understood, unless it is addressed to another SOAP node.
    private func checkUnderstood(
        _ headers: [XMLElement], _ version: SOAPVersion, _ addressing: Addressing?
    ) throws(SOAPRefusal) {
        for header in headers {
            let must = header["mustUnderstand", namespace: version.namespace]?.trimmed.lowercased()
            guard must == "1" || must == "true", !Self.understands(header) else { continue }
            let role = header[version == .v11 ? "actor" : "role", namespace: version.namespace]?.trimmed ?? ""
            guard Self.ourRoles.contains(role) else { continue }
            var fault = SOAPFault(
                .mustUnderstand, "the header '\(FieldError.shortened(header.name))' is not understood here")
            fault.notUnderstood = .init(name: header.name, namespace: header.namespace)
            throw SOAPRefusal(version: version, fault: fault, isSOAP: true, addressing: addressing)
        }
    }

    private static let ourRoles = [
        "", "http://schemas.xmlsoap.org/soap/actor/next", "http://www.w3.org/2003/05/soap-envelope/role/next",
        "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver",
    ]

    /// Whether a header is understood: WS-Addressing, and WS-Security with a UsernameToken and times, which
    /// are ignored. Signatures and encryption are refused.
    private static func understands(_ header: XMLElement) -> Bool {
        if Addressing.understood.contains(header.namespace) { return true }
        guard header.namespace == security, header.name == "Security" else { return false }
        return header.elements.allSatisfy { ["UsernameToken", "Timestamp"].contains($0.name) }
    }
}
