internal import HTTPTypes
internal import Model
package import VMSAPI

/// A fault for a caller, made from any error of a service; the faces spell it.
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

    /// The HTTP status that says nearly what the code says.
    var status: HTTPResponse.Status {
        // RFC 4918; not among HTTP's own.
        code.entry.status == 507
            ? HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
            : HTTPResponse.Status(code: code.entry.status)
    }

    /// Whether the caller can do something about it: `Client` or `Sender` in SOAP.
    var isCallers: Bool { code.entry.side == .caller }
}

extension ServiceFailure {
    /// A request that does not fit its service.
    init(_ error: FieldError, service: String?) {
        self.init(FaultCode(error.code), reason: error.description, service: service)
        fault.field = error.field
        fault.value = error.value
    }

    /// A request that was refused before its service was reached.
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
    /// The code of a refusal: each has one of the same name, which a test holds.
    init(_ code: Refusal.Code) { self = FaultCode(rawValue: code.rawValue) ?? .internalError }

    init(_ code: FieldError.Code) { self = FaultCode(rawValue: code.rawValue) ?? .malformed }
}
