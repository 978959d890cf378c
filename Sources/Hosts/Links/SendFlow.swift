internal import Model

/// Sends packets from a host to a router during a migration.
struct SendFlow: ScriptCall {
    static let script = HostScript(
        "send-flow", PackageResources.send_flow_sh, to: "send packets while a machine moves")

    let arguments: [HostArgument]

    /// - Parameter seconds: the maximum duration.
    /// - Throws: `invalidValue` for a device that a shell could interpret.
    init(_ flow: MoveFlow, seconds: Int) throws(Refusal) {
        arguments = [
            try HostArgument(device: flow.bridge), HostArgument(flow.mtu), HostArgument(flow.source),
            HostArgument(flow.sourceMAC), HostArgument(flow.target), HostArgument(seconds),
        ]
    }

    func answer(_ output: String) -> FlowAnswers { FlowAnswers(output) }
}

/// The answer of the script `send-flow`, and the loss that it shows.
struct FlowAnswers {
    private var sent = 0
    /// The time between two packets, in seconds; the same as in the script.
    private static let interval = 0.02
    /// The times of the answers in seconds, by the packets' numbers.
    private var times: [Int: Double] = [:]

    init(_ output: String) {
        for line in output.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ")
            switch (words.first, words.count) {
            case ("sent", 2): sent = Int(told: words[1], in: Foreign.count) ?? 0
            case ("answer", 3):
                // A duplicate answer counts once.
                guard let number = Int(told: words[1], in: Foreign.count),
                    let time = Double(told: words[2], in: Foreign.seconds), times[number] == nil
                else { continue }
                times[number] = time
            default: continue
            }
        }
    }

    /// Returns the loss; `nil` if there were no answers to calculate it from.
    ///
    /// The last packets, up to two, are not counted if there was no time to answer them.
    func loss(of flow: MoveFlow) -> MoveLoss? {
        guard let last = times.keys.max(), times.count > 1 else { return nil }
        let sent = sent - last <= 2 ? last : max(sent, last)
        let ordered = times.values.sorted()
        // A gap at the end has lasted at least since the last answered packet.
        let silence = Double(sent - last) * Self.interval
        let gap = zip(ordered, ordered.dropFirst()).map { $1 - $0 }.max().map { max($0, silence) } ?? silence
        return MoveLoss(
            link: flow.link, host: flow.host.name, packetsSent: sent, packetsLost: max(0, sent - times.count),
            longestGapMilliseconds: Int64(nearest: gap * 1000) ?? 0)
    }
}
