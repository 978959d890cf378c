internal import Model

/// Finds the names of images' copies in a text: `vms-image-` and 64 more bytes.
enum CopyMentions {
    private static let prefix = Array(ObservedCopy.prefix.utf8)
    private static let length = prefix.count + 64

    /// Whether a volume's name has the length of a copy's name; volumes with other names are not copies.
    static func isName(_ name: String) -> Bool {
        name.hasPrefix(ObservedCopy.prefix) && name.utf8.count == length
    }

    static func names(in text: String) -> Set<String> {
        let bytes = Array(text.utf8)
        var names: Set<String> = []
        var index = 0
        while index + length <= bytes.count {
            if bytes[index] == prefix[0], bytes[index...].starts(with: prefix) {
                names.insert(String(decoding: bytes[index..<index + length], as: UTF8.self))
            }
            index += 1
        }
        return names
    }
}
