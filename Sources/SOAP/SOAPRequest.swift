package import VMSAPI

/// A SOAP request: the service and its fields.
package struct SOAPRequest: Sendable, Equatable {
    package var version: SOAPVersion
    /// Local name of the first element of the body. Neither the URI nor `SOAPAction` selects the service: the old
    /// client sends the same action for every call.
    package var service: String
    package var payload: WireValue
    package var addressing: Addressing?
    /// The credential of the caller in a header of WS-Security.
    package var usernameToken: UsernameToken?
}
