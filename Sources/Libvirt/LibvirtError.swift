import CLibvirt

/// An error of libvirt, or of this module.
///
/// ```swift
/// do { try await domain.start() } catch LibvirtError.Code.operationInvalid { /* it runs already */ }
/// ```
public struct LibvirtError: Error, Sendable, Hashable {
    /// Kind of the error (`virErrorNumber`).
    public let code: Code

    /// The part of libvirt that refused (`virErrorDomain`); 0 for an error of this module.
    public let domain: Int32

    /// libvirt's message, in English.
    public let message: String

    /// The C call that failed.
    public let call: String

    /// Creates an error of this module, or a libvirt error for a test.
    public init(_ code: Code, _ message: String, call: String, domain: Int32 = 0) {
        self.code = code
        self.domain = domain
        self.message = message
        self.call = call
    }

    /// The calling thread's last error (`virGetLastError`). Read it on the thread of the call, right after the call.
    static func last(_ call: String) -> LibvirtError {
        guard let error = virGetLastError() else {
            return LibvirtError(.internalError, "the call failed without a reason", call: call)
        }
        return LibvirtError(
            Code(rawValue: error.pointee.code),
            error.pointee.message.map { String(cString: $0) } ?? "no message",
            call: call,
            domain: error.pointee.domain)
    }

    /// The last error of the C library (`errno`).
    static func system(_ number: Int32, _ what: String, call: String) -> LibvirtError {
        LibvirtError(.systemError, "\(what): \(systemMessage(number))", call: call)
    }
}

extension LibvirtError: CustomStringConvertible {
    public var description: String { "\(call): \(message) (\(code))" }
}
