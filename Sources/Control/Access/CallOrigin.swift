package import Model

/// Where a request came in.
package struct CallOrigin: Sendable, Equatable {
    /// The client's address; `nil` for a Unix socket.
    package var address: IPAddress?
    /// Whether callers without a credential have all rights: only where the operator of this machine alone can
    /// call.
    package var allowsNone: Bool

    package init(address: IPAddress?, allowsNone: Bool) { (self.address, self.allowsNone) = (address, allowsNone) }
}
