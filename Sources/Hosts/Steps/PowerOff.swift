internal import Model

/// Switches a host off, unless it is another run of it.
struct PowerOff: ScriptCall {
    enum Answer: Equatable {
        case going
        /// It was off already, and runs again.
        case otherRun
        /// Nothing is there that would do it.
        case noWay
        /// With what was said.
        case refused(String)
    }

    static let script = HostScript("power-off", PackageResources.power_off_sh, to: "be switched off")

    let arguments: [HostArgument]

    /// - Throws: `invalidValue` for a run that a shell could take for more.
    init(_ boot: HostBoot) throws(Refusal) { arguments = [try HostArgument(boot)] }

    func answer(_ output: String) -> Answer {
        let lines = output.split(maxSplits: 1, whereSeparator: \.isNewline)
        return switch lines.first?.split(separator: " ").first {
        case "going": .going
        case "other": .otherRun
        case "none": .noWay
        default: .refused(lines.dropFirst().first.map(String.init) ?? output)
        }
    }
}
