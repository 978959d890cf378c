package import VMSAPI

/// A SOAP fault, independent of the version.
package struct SOAPFault: Error, Sendable, Equatable {
    package enum Code: Sendable, Equatable {
        case caller, server, mustUnderstand, versionMismatch
        /// The UsernameToken proves nobody (WS-Security, section 12).
        case failedAuthentication
    }

    package var code: Code
    package var reason: String
    package var detail: VirtualMachineServerFault?

    /// With ``Code/mustUnderstand``: the header that was not understood.
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
        case .failedAuthentication: return "notAuthenticated"
        }
    }

    package init(_ code: Code, _ reason: String, detail: VirtualMachineServerFault? = nil) {
        self.code = code
        self.reason = reason
        self.detail = detail
    }

    /// A service's fault.
    ///
    /// - Parameter isCallers: whether the caller can correct the problem.
    package init(_ fault: VirtualMachineServerFault, isCallers: Bool) {
        self.init(isCallers ? .caller : .server, fault.reason, detail: fault)
    }
}

/// The refusal of a message that is no SOAP, or that was refused before its service was known.
package struct SOAPRefusal: Error, Sendable {
    /// The version of the answer; 1.1 if the message does not show its version.
    package var version: SOAPVersion
    package var fault: SOAPFault
    /// Whether the message has an envelope; without one the HTTP status is 400.
    package var isSOAP: Bool
    package var addressing: Addressing?

    package init(version: SOAPVersion, fault: SOAPFault, isSOAP: Bool, addressing: Addressing? = nil) {
        self.version = version
        self.fault = fault
        self.isSOAP = isSOAP
        self.addressing = addressing
    }
}
