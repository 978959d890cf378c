internal import FoundationEssentials
internal import Model

/// An argument of a script on a host. It can only be made from types whose values a shell cannot interpret.
struct HostArgument: Sendable {
    let text: String

    init(_ number: Int) { text = String(number) }

    /// `-` for none.
    init(_ address: IPAddress?) { text = address?.description ?? "-" }

    /// A path, with each byte as three octal digits, so that no shell on the way can interpret any of it.
    init(path: String) {
        text = path.utf8.map { byte in
            let digits = String(byte, radix: 8)
            return String(repeating: "0", count: 3 - digits.count) + digits
        }.joined()
    }

    /// Encodes a text for `printf %b`: each byte as a backslash, a zero and three octal digits.
    fileprivate static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let digits = String(byte, radix: 8)
            return "\\0" + String(repeating: "0", count: 3 - digits.count) + digits
        }.joined()
    }

    /// Addresses separated by commas; `-` for none.
    init(_ addresses: [IPAddress]) {
        text = addresses.isEmpty ? "-" : addresses.map(\.description).joined(separator: ",")
    }

    /// MAC addresses separated by commas.
    init(_ macs: [MACAddress]) { text = macs.map(\.description).joined(separator: ",") }

    /// `-` for none.
    init(_ address: InterfaceAddress?) { text = address?.description ?? "-" }

    /// The placeholder for a missing argument.
    static let none = HostArgument(text: "-")

    private init(text: String) { self.text = text }

    /// Any bytes, in Base64.
    init(bytes: some DataProtocol) { text = Data(bytes).base64EncodedString() }

    init(_ mac: MACAddress) { text = mac.description }

    /// - Throws: `invalidValue` unless it is a UUID.
    init(_ network: NetworkID) throws(Refusal) {
        guard let id = UUID(uuidString: network.text) else {
            throw Refusal(.invalidValue, "'\(network.text.shown)' is no network's id")
        }
        text = id.uuidString.lowercased()
    }

    /// A raw value of one of our own enumerations.
    init<Word: CaseIterable & RawRepresentable>(_ word: Word) where Word.RawValue == String { text = word.rawValue }

    /// A libpcap filter with commas in place of blanks: ssh joins the arguments to one line for the host's shell.
    ///
    /// - Throws: `invalidValue` unless it has only letters, digits and `.:=-` between blanks.
    init(frames: String) throws(Refusal) {
        guard Image.Probe.isFilter(frames) else {
            throw Refusal(.invalidValue, "'\(frames.shown)' is not a filter for frames")
        }
        text = frames.split(separator: " ").joined(separator: ",")
    }

    /// - Throws: `invalidValue` unless it has only letters, digits, hyphens and dots.
    init(_ boot: HostBoot) throws(Refusal) {
        let allowed = boot.text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [0x2D, 0x2E].contains(byte)
        }
        guard allowed, !boot.text.isEmpty, boot.text.first != "-" else {
            throw Refusal(.invalidValue, "'\(boot.text.shown)' is not a run of a host")
        }
        text = boot.text
    }

    /// A network device's name, with a subset of what the kernel allows: 1 to 15 letters, digits, `.`, `-`, `_`.
    ///
    /// - Throws: `invalidValue`.
    init(device: String) throws(Refusal) {
        let allowed = device.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [0x2D, 0x2E, 0x5F].contains(byte)
        }
        guard allowed, (1...15).contains(device.utf8.count), device.first != "-" else {
            throw Refusal(.invalidValue, "'\(device.shown)' is not a network device's name")
        }
        text = device
    }
}

/// A shell variable that is set in front of a script. It may hold any number of words, since they are not in an
/// argument list.
struct ScriptVariable: Sendable {
    /// The assignment, such as `used='\0057\0141 \0057\0142'`.
    let line: String

    /// - Parameter name: a name that we chose, never a text from outside.
    init(_ name: String, _ texts: [String]) {
        line = "\(name)='" + texts.map(HostArgument.encoded).joined(separator: " ") + "'\n"
    }

    init(_ name: String, number: Int) { line = "\(name)=\(number)\n" }
}
