internal import HTTPTypes
internal import Model
package import VMSAPI

/// A fault for a caller, made from any error of a service. Each face encodes it in its own format.
package struct ServiceFailure: Error, Sendable, Equatable {
    package var fault: VirtualMachineServerFault
    private(set) var code: FaultCode

    init(_ code: FaultCode, reason: String, service: String? = nil) {
        self.code = code
        fault = VirtualMachineServerFault()
        fault.code = code.rawValue
        fault.reason = reason
        fault.service = service
    }

    /// The HTTP status that is closest to the code.
    var status: HTTPResponse.Status {
        // RFC 4918; not defined by HTTP itself.
        code.entry.status == 507
            ? HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
            : HTTPResponse.Status(code: code.entry.status)
    }

    /// Whether the caller can correct the problem: `Client` or `Sender` in SOAP.
    var isCallers: Bool { code.entry.side == .caller }
}

extension ServiceFailure {
    /// The fault for a request with invalid fields.
    init(_ error: FieldError, service: String?) {
        self.init(FaultCode(error.code), reason: error.description, service: service)
        fault.field = error.field
        fault.value = error.value
    }

    /// The fault for a request that was refused before it reached its service.
    init(_ unacceptable: Unacceptable, service: String?) {
        let code: FaultCode =
            switch unacceptable.status {
            case .contentTooLarge: .tooLarge
            case .serviceUnavailable: .serverBusy
            default: .malformed
            }
        self.init(code, reason: unacceptable.words.filter { !$0.isNewline }, service: service)
    }
}

extension FaultCode {
    /// The code of a refusal. Each refusal code has a fault code of the same name, as a test checks.
    init(_ code: Refusal.Code) { self = FaultCode(rawValue: code.rawValue) ?? .internalError }

    init(_ code: FieldError.Code) { self = FaultCode(rawValue: code.rawValue) ?? .malformed }
}
