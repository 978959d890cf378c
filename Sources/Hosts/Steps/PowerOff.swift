internal import Model

/// Shuts a host down, unless it has booted again since.
struct PowerOff: ScriptCall {
    enum Answer: Equatable {
        case shuttingDown
        /// The host has booted again since.
        case rebooted
        /// The host has no program for it.
        case unsupported
        /// The program refused, with its output.
        case refused(String)
    }

    static let script = HostScript("power-off", PackageResources.power_off_sh, to: "be shut down")

    let arguments: [HostArgument]

    /// - Throws: `invalidValue` for a boot that a shell could interpret.
    init(_ boot: HostBoot) throws(Refusal) { arguments = [try HostArgument(boot)] }

    func answer(_ output: String) -> Answer {
        let lines = output.split(maxSplits: 1, whereSeparator: \.isNewline)
        return switch lines.first?.split(separator: " ").first {
        case "going": .shuttingDown
        case "other": .rebooted
        case "none": .unsupported
        default: .refused(lines.dropFirst().first.map(String.init) ?? output)
        }
    }
}
