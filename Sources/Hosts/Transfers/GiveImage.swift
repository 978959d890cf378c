internal import Model

/// Has a host offer a file to one other host.
struct GiveImage: ScriptStream {
    static let script = HostScript("give-image", PackageResources.give_image_sh, to: "give an image to another host")

    let arguments: [HostArgument]
    let secrets: [HostArgument]

    /// - Parameters:
    ///   - addresses: of the host that gives it, the best first.
    ///   - client: of the host that takes it.
    init(_ path: String, at addresses: [IPAddress], to client: OneTimeKey) {
        arguments = [HostArgument(path: path), HostArgument(addresses)]
        secrets = [client.line]
    }
}

/// The first line of the script `give-image`: where the image may be taken, and the key that will be shown there.
struct OfferAnswer {
    var address: IPAddress
    var port: Int
    var key: HostKey

    /// `nil` for a line that offers nothing.
    init?(_ line: String) {
        let words = line.split(separator: " ")
        guard words.first == "offer", words.count == 4, let address = IPAddress(String(words[1])),
            let port = Int(told: words[2], in: Foreign.port), let key = HostKey("ssh-ed25519 \(words[3])")
        else { return nil }
        (self.address, self.port, self.key) = (address, port, key)
    }
}
