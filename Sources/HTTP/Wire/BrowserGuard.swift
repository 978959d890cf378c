internal import HTTPTypes
internal import Hummingbird

/// Keeps pages of other sites from calling us through the browser of somebody who can reach us.
///
/// A browser says in `Origin` which page calls; other clients send no such header and are not concerned. The page must be
/// our own, and under a name that only we can have: an address, `localhost`, or a name the operator gave. Any other name
/// may have been pointed at us by its owner after his page was loaded (DNS rebinding).
///
/// A page reads what it takes for its own site without `Origin`; there the name alone decides.
struct BrowserGuard: Sendable {
    let names: Set<String>
    /// Where a proxy before us is reached.
    let publicURL: PublicURL?

    /// Of a request that may change something.
    func check(_ request: Request, refusal: HTTPResponse.Status) throws(Unacceptable) {
        guard let origin = request.headers[.origin] else { return }
        let host = (request.head.authority ?? "").lowercased()
        if let publicURL, origin.lowercased() == publicURL.origin { return }
        guard origin.lowercased() == "http://\(host)", isOurs(host) else {
            throw Unacceptable(
                refusal, "Origin is '\(origin.prefix(200))': pages of other sites may not call this server\n")
        }
    }

    /// Of a request that only reads.
    func checkReading(_ request: Request) throws(Unacceptable) {
        try check(request, refusal: .forbidden)
        let host = (request.head.authority ?? "").lowercased()
        // Nobody but who rules the network we are in gives a name without a dot to somebody.
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
        // A last label of digits makes it an IPv4 address, in every spelling that browsers know.
        let last = name.split(separator: ".").last ?? ""
        return name == "localhost" || name.hasSuffix(".localhost") || names.contains(String(name))
            || String(name) == publicURL?.host || (!last.isEmpty && last.allSatisfy { $0.isASCII && $0.isNumber })
    }
}
