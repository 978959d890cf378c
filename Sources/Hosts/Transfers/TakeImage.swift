internal import Model

/// Has a host take a file that another one offers.
struct TakeImage: ScriptStream {
    static let script = HostScript("take-image", PackageResources.take_image_sh, to: "take an image from another host")

    let arguments: [HostArgument]
    let secrets: [HostArgument]

    /// - Parameters:
    ///   - done: the first byte that is wanted.
    ///   - path: a file that is there; `nil` only to see how fast it comes.
    init(_ offer: ImageOffer, from done: Int64, of size: Int64, into path: String?) {
        arguments =
            offer.place + [
                HostArgument(Int(clamping: done)), HostArgument(Int(clamping: size)),
                path.map { HostArgument(path: $0) } ?? .none,
            ]
        secrets = offer.secrets
    }
}

/// The lines of the script `take-image`, by which a host tells of an image that it takes from another.
enum TakeAnswer {
    /// Bytes and hundredths of a second that are believed.
    private static let figures = 0...Double(Foreign.bytes.upperBound)

    /// How fast it comes, in bytes per second, of the last line; `nil` for any other.
    static func rate(_ line: String) -> Double? {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.first == "rate", words.count == 3, let bytes = Double(told: words[1], in: figures),
            let time = Double(told: words[2], in: figures)
        else { return nil }
        return bytes / max(time, 1) * 100
    }

    /// How far it is, of a file of `size` bytes, and how many bytes crossed for that; `nil` for any other line.
    static func reached(_ line: String, of size: Int64) -> (done: Int64, sent: Int64)? {
        let words = line.split(separator: " ")
        guard size >= 0, words.first == "at", words.count == 3, let done = Int64(told: words[1], in: 0...size),
            let sent = Int64(told: words[2], in: 0...size)
        else { return nil }
        return (done, sent)
    }
}
