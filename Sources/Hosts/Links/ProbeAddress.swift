internal import Model

/// Finds out which MAC address answers at an address, on a bridge or on the network of a card without a bridge.
struct ProbeAddress: ScriptCall {
    static let script = HostScript(
        "probe-address", PackageResources.probe_address_sh, to: "probe an address")

    let arguments: [HostArgument]

    /// - Parameter seconds: the maximum duration.
    /// - Throws: `invalidValue` for a device that a shell could interpret.
    init(_ address: IPAddress, on bridge: String, seconds: Int) throws(Refusal) {
        arguments = [
            try HostArgument(device: bridge), HostArgument(address), HostArgument(address.isIPv6 ? 6 : 4),
            HostArgument(seconds),
        ]
    }

    func answer(_ output: String) throws(Refusal) -> ProbeAnswers { try ProbeAnswers(output) }
}

/// The answer of the script `probe-address`.
struct ProbeAnswers: Sendable {
    /// The MAC address that answered.
    var mac: MACAddress?
    /// Whether the address answers ping; `nil` if the host has no address from which to ask.
    var echoes: Bool?

    /// - Throws: `notOffered` if the host lacks a program for it.
    init(_ output: String) throws(Refusal) {
        for line in output.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ").map(String.init)
            switch (words.first, words.count) {
            case ("answer", 2): mac = MACAddress(words[1])
            case ("echo", 2): echoes = words[1] == "unasked" ? nil : words[1] == "yes"
            case ("missing", 2):
                throw Refusal(.notOffered, "the host lacks a program to probe with: apt-get install \(words[1].shown)")
            default: continue
            }
        }
    }
}
