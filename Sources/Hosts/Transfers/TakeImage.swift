internal import Model

/// Lets a host receive a file that another one offers.
struct TakeImage: ScriptStream {
    static let script = HostScript("take-image", PackageResources.take_image_sh, to: "take an image from another host")

    let arguments: [HostArgument]
    let secrets: [HostArgument]

    /// - Parameters:
    ///   - done: the first byte to receive.
    ///   - path: an existing file; `nil` only to measure the rate.
    init(_ offer: ImageOffer, from done: Int64, of size: Int64, into path: String?) {
        arguments =
            offer.endpoint + [
                HostArgument(Int(clamping: done)), HostArgument(Int(clamping: size)),
                path.map { HostArgument(path: $0) } ?? .none,
            ]
        secrets = offer.secrets
    }
}

/// Parses the lines of the script `take-image`, which reports the transfer of an image from another host.
enum TakeAnswer {
    /// The accepted range of bytes and of hundredths of a second.
    private static let figures = 0...Double(Foreign.bytes.upperBound)

    /// Returns the rate in bytes per second from the last line; `nil` for any other line.
    static func rate(_ line: String) -> Double? {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.first == "rate", words.count == 3, let bytes = Double(told: words[1], in: figures),
            let time = Double(told: words[2], in: figures)
        else { return nil }
        return bytes / max(time, 1) * 100
    }

    /// Returns the position in a file of `size` bytes, and the number of bytes that were transferred for it; `nil` for
    /// any other line.
    static func reached(_ line: String, of size: Int64) -> (done: Int64, sent: Int64)? {
        let words = line.split(separator: " ")
        guard size >= 0, words.first == "at", words.count == 3, let done = Int64(told: words[1], in: 0...size),
            let sent = Int64(told: words[2], in: 0...size)
        else { return nil }
        return (done, sent)
    }
}
