internal import Model

/// Lets a host offer a file to one other host.
struct GiveImage: ScriptStream {
    static let script = HostScript("give-image", PackageResources.give_image_sh, to: "give an image to another host")

    let arguments: [HostArgument]
    let secrets: [HostArgument]

    /// - Parameters:
    ///   - addresses: the addresses of the sending host, the best first.
    ///   - client: the key of the receiving host.
    init(_ path: String, at addresses: [IPAddress], to client: OneTimeKey) {
        arguments = [HostArgument(path: path), HostArgument(addresses)]
        secrets = [client.line]
    }
}

/// The first line of the script `give-image`: the address and port of the offer, and the host key that the sender will
/// present there.
struct OfferAnswer {
    var address: IPAddress
    var port: Int
    var key: HostKey

    /// `nil` for a line without an offer.
    init?(_ line: String) {
        let words = line.split(separator: " ")
        guard words.first == "offer", words.count == 4, let address = IPAddress(String(words[1])),
            let port = Int(told: words[2], in: Foreign.port), let key = HostKey("ssh-ed25519 \(words[3])")
        else { return nil }
        (self.address, self.port, self.key) = (address, port, key)
    }
}
