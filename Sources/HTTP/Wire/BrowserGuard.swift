internal import HTTPTypes
internal import Hummingbird

/// Keeps pages of other sites from calling us through the browser of somebody who can reach us.
///
/// A browser says in `Origin` which page calls; other clients send no such header and are not concerned. The page must be
/// our own, and under a name that only we can have: an address, `localhost`, or a name the operator gave. Any other name
/// may have been pointed at us by its owner after his page was loaded (DNS rebinding).
struct BrowserGuard: Sendable {
    let names: Set<String>

    func check(_ request: Request, refusal: HTTPResponse.Status) throws(Unacceptable) {
        guard let origin = request.headers[.origin] else { return }
        let host = (request.head.authority ?? "").lowercased()
        guard origin.lowercased() == "http://\(host)", isOurs(host) else {
            throw Unacceptable(
                refusal, "Origin is '\(origin.prefix(200))': pages of other sites may not call this server\n")
        }
    }

    private func isOurs(_ authority: String) -> Bool {
        if authority.hasPrefix("[") { return true }
        let name = authority.split(separator: ":", omittingEmptySubsequences: false).first ?? ""
        // A last label of digits makes it an IPv4 address, in every spelling that browsers know.
        let last = name.split(separator: ".").last ?? ""
        return name == "localhost" || names.contains(String(name))
            || (!last.isEmpty && last.allSatisfy { $0.isASCII && $0.isNumber })
    }
}
