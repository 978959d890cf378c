/// Limits the upload of an image, so that it ends whatever the server reports.
struct UploadBounds {
    private let patience: Int
    /// Failures and rounds that remain in total: each piece may use the whole patience.
    private var left: Int64
    /// The largest number of bytes that the server reported to have.
    private var most: Int64 = -1
    private var hasSentAll = false
    /// Failures in a row without progress.
    private(set) var failures = 0

    init(total: Int64, patience: Int, piece: Int64) {
        self.patience = max(patience, 0)
        left = (max(total, 0) / piece + 2) * Int64(clamping: max(patience, 1))
    }

    /// - Parameter has: bytes that the server reports to have.
    /// - Returns: whether to send the rest. False if the server accepted everything before and does not report more
    ///   now.
    mutating func mayContinue(has: Int64) -> Bool {
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

    mutating func mayRetry() -> Bool {
        failures += 1
        left -= 1
        return failures <= patience && left > 0
    }
}
