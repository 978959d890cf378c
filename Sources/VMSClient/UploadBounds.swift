/// That sending an image ends, whatever the server tells.
struct UploadBounds {
    private let patience: Int
    /// Failures and rounds in all: each piece may take a whole patience.
    private var left: Int64
    /// The most that the server has had, as it told.
    private var most: Int64 = -1
    private var hasSentAll = false
    /// In a row, without anything arriving.
    private(set) var failures = 0

    init(total: Int64, patience: Int, piece: Int64) {
        self.patience = max(patience, 0)
        left = (max(total, 0) / piece + 2) * Int64(clamping: max(patience, 1))
    }

    /// - Parameter has: bytes that the server tells to have.
    /// - Returns: whether it is worth to send the rest. Not where everything was sent and taken before, and no more is there.
    mutating func mayGoOn(has: Int64) -> Bool {
        defer {
            most = max(most, has)
            hasSentAll = false
            left -= 1
        }
        if has > most {
            failures = 0
        } else if hasSentAll {
            return false
        }
        return left > 0
    }

    mutating func sentAll() { hasSentAll = true }

    mutating func mayFailOnce() -> Bool {
        failures += 1
        left -= 1
        return failures <= patience && left > 0
    }
}
