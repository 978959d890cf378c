package import VMSAPI

/// A fault as SOAP tells it, before it is spelled for a version.
package struct SOAPFault: Error, Sendable, Equatable {
    package enum Code: Sendable, Equatable { case caller, server, mustUnderstand, versionMismatch }

    package var code: Code
    package var reason: String
    package var detail: VirtualMachineServerFault?

    /// With ``Code/mustUnderstand``: the header that was not.
    package var notUnderstood: QualifiedName?

    package struct QualifiedName: Sendable, Equatable {
        package var name: String
        package var namespace: String
    }

    /// One word for the log and the counters.
    package var outcome: String {
        if let detail { return detail.code }
        switch code {
        case .caller: return "caller"
        case .server: return "server"
        case .mustUnderstand: return "mustUnderstand"
        case .versionMismatch: return "versionMismatch"
        }
    }

    package init(_ code: Code, _ reason: String, detail: VirtualMachineServerFault? = nil) {
        self.code = code
        self.reason = reason
        self.detail = detail
    }

    /// A service's fault.
    ///
    /// - Parameter isCallers: whether the caller can do something about it.
    package init(_ fault: VirtualMachineServerFault, isCallers: Bool) {
        self.init(isCallers ? .caller : .server, fault.reason, detail: fault)
    }
}

/// What is sent back where a message is no SOAP at all, or was refused before its service was known.
package struct SOAPRefusal: Error, Sendable {
    /// The version to answer in; 1.1 where the message does not tell.
    package var version: SOAPVersion
    package var fault: SOAPFault
    /// Whether there was an envelope at all; without one the HTTP status is 400.
    package var isSOAP: Bool
    package var addressing: Addressing?

    package init(version: SOAPVersion, fault: SOAPFault, isSOAP: Bool, addressing: Addressing? = nil) {
        self.version = version
        self.fault = fault
        self.isSOAP = isSOAP
        self.addressing = addressing
    }
}
