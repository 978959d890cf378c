internal import VMSAPI

/// The state of an operation, in one line.
enum ProgressLine {
    static func text(_ operation: Operation) -> String {
        let total = max(operation.total, 1)
        let number = operation.done < total ? operation.done + 1 : total
        let step = (operation.step ?? "").visible
        let place = "\(number)/\(operation.total)"
        switch operation.state {
        case .running:
            guard let done = operation.bytesDone, let total = operation.bytesTotal else {
                return step.isEmpty ? "step \(place)" : "step \(place) \(step)"
            }
            let rate = operation.bytesPerSecond.map { " at \(mebibytes($0))/s" } ?? ""
            let left = operation.bytesLeft.map { ", \(mebibytes($0)) left" } ?? ""
            let sender = operation.sender.map { " from \($0.visible)" } ?? ""
            return "step \(place) \(step) \(mebibytes(done)) of \(mebibytes(total))\(sender)\(left)\(rate)"
        case .undoing: return step.isEmpty ? "undoing" : "undoing \(step)"
        case .succeeded, .failed, .stuck: return operation.state.rawValue
        }
    }

    /// With one decimal, and a point in every locale.
    static func mebibytes(_ bytes: Int64) -> String {
        let tenths = (Double(max(bytes, 0)) * 10 / 1_048_576).rounded()
        // fits: ten of them are less than any number of bytes
        let whole = Int64(tenths)
        return "\(whole / 10).\(whole % 10) MiB"
    }
}
