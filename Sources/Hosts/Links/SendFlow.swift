internal import Model

/// Has a host send packets to a router while a machine moves.
struct SendFlow: ScriptCall {
    static let script = HostScript(
        "send-flow", PackageResources.send_flow_sh, to: "send packets while a machine moves")

    let arguments: [HostArgument]

    /// - Parameter seconds: for how long at most.
    /// - Throws: `invalidValue` for a device that a shell could take for more.
    init(_ flow: MoveFlow, seconds: Int) throws(Refusal) {
        arguments = [
            try HostArgument(device: flow.bridge), HostArgument(flow.mtu), HostArgument(flow.source),
            HostArgument(flow.sourceMAC), HostArgument(flow.target), HostArgument(seconds),
        ]
    }

    func answer(_ output: String) -> FlowAnswers { FlowAnswers(output) }
}

/// What the script `send-flow` told, and what was lost then.
struct FlowAnswers {
    private var sent = 0
    /// Between two that are sent, in seconds; as the script has it.
    private static let interval = 0.02
    /// By their numbers, in seconds.
    private var times: [Int: Double] = [:]

    init(_ output: String) {
        for line in output.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ")
            switch (words.first, words.count) {
            case ("sent", 2): sent = Int(told: words[1], in: Foreign.count) ?? 0
            case ("answer", 3):
                // An answer that came twice counts once.
                guard let number = Int(told: words[1], in: Foreign.count),
                    let time = Double(told: words[2], in: Foreign.seconds), times[number] == nil
                else { continue }
                times[number] = time
            default: continue
            }
        }
    }

    /// `nil` when nothing was ever answered, so that nothing can be said.
    ///
    /// What was sent last is left out where it had no time to be answered: up to two packets.
    func loss(of flow: MoveFlow) -> MoveLoss? {
        guard let last = times.keys.max(), times.count > 1 else { return nil }
        let sent = sent - last <= 2 ? last : max(sent, last)
        let ordered = times.values.sorted()
        // What was still silent at the end has been so for at least as long as was asked since.
        let silence = Double(sent - last) * Self.interval
        let gap = zip(ordered, ordered.dropFirst()).map { $1 - $0 }.max().map { max($0, silence) } ?? silence
        return MoveLoss(
            link: flow.link, host: flow.host.name, packetsSent: sent, packetsLost: max(0, sent - times.count),
            longestGapMilliseconds: Int64(nearest: gap * 1000) ?? 0)
    }
}
