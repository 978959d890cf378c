internal import HTTPTypes
internal import Hummingbird

/// Prevents pages of other sites from calling this server through the browser of a user who can reach it.
///
/// A browser names the calling page in `Origin`; other clients send no such header and are not affected. The page must
/// be this server's own, under a name that only this server can have: an address, `localhost`, or a name that the
/// operator configured. The owner of any other name may have pointed it at this server after his page was loaded (DNS
/// rebinding).
///
/// A page that takes the server for its own site sends no `Origin` when it reads; then the host name alone decides.
struct BrowserGuard: Sendable {
    let names: Set<String>
    /// The address of a proxy in front of this server.
    let publicURL: PublicURL?

    /// Checks a request that may change something.
    func check(_ request: Request, _ context: CallContext, refusal: HTTPResponse.Status) throws(Unacceptable) {
        let host = (request.head.authority ?? "").lowercased()
        // Browsers set it, and no page can. Links from other sites may be followed.
        if ![.get, .head].contains(request.method),
            HTTPField.Name.secFetchSite.flatMap({ request.headers[$0] })?.lowercased() == "cross-site"
        {
            throw Unacceptable(
                refusal, "Sec-Fetch-Site is 'cross-site': pages of other sites may not call this server\n")
        }
        guard let origin = request.headers[.origin] else { return }
        if let publicURL, origin.lowercased() == publicURL.origin { return }
        guard origin.lowercased() == "\(context.scheme)://\(host)", isOurs(host) else {
            throw Unacceptable(
                refusal, "Origin is '\(origin.prefix(200))': pages of other sites may not call this server\n")
        }
    }

    /// Checks a request that only reads.
    func checkReading(_ request: Request, _ context: CallContext) throws(Unacceptable) {
        try check(request, context, refusal: .forbidden)
        let host = (request.head.authority ?? "").lowercased()
        // Only the administrator of the local network can assign a name without a dot.
        guard !host.contains(".") || isOurs(host) else {
            throw Unacceptable(
                .forbidden,
                "Host is '\(host.prefix(200))': this server is not known by that name; use its address, or start it with "
                    + "--public-url http://\(host.prefix(200))\n")
        }
    }

    private func isOurs(_ authority: String) -> Bool {
        if authority.hasPrefix("[") { return true }
        if let publicURL, authority == publicURL.authority { return true }
        let name = authority.split(separator: ":", omittingEmptySubsequences: false).first ?? ""
        // A last label of digits makes the name an IPv4 address, in every notation that browsers know.
        let last = name.split(separator: ".").last ?? ""
        return name == "localhost" || name.hasSuffix(".localhost") || names.contains(String(name))
            || String(name) == publicURL?.host || (!last.isEmpty && last.allSatisfy { $0.isASCII && $0.isNumber })
    }
}
