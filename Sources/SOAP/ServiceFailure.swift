package import VMSAPI

/// A service that did not do what was asked: the fault for the caller, and whose side it is on.
package struct ServiceFailure: Error, Sendable, Equatable {
    package enum Side: Sendable, Equatable {
        /// The request cannot be served as it is; sending it again will not help.
        case caller
        /// The server or a host could not do it now.
        case server
    }

    package var fault: VirtualMachineServerFault
    package var side: Side

    package init(_ side: Side, code: String, reason: String, service: String? = nil) {
        self.side = side
        fault = VirtualMachineServerFault()
        fault.code = code
        fault.reason = reason
        fault.service = service
    }

    package init(_ side: Side, _ fault: VirtualMachineServerFault) {
        self.side = side
        self.fault = fault
    }
}
