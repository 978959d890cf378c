package import VMSAPI

/// A SOAP request as read: which service, with what.
package struct SOAPRequest: Sendable, Equatable {
    package var version: SOAPVersion
    /// Local name of the first element of the body. Neither the URI nor `SOAPAction` has a say: the old client sends
    /// the same action for every call.
    package var service: String
    package var payload: WireValue
    package var addressing: Addressing?
    /// Name and password of a WS-Security UsernameToken, where one was sent.
    package var user: UsernameToken?
}

/// What a WS-Security UsernameToken says.
package struct UsernameToken: Sendable, Equatable {
    package var name: String
    package var password: String?

    package init(name: String, password: String?) {
        self.name = name
        self.password = password
    }
}
