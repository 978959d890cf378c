internal import FoundationEssentials
internal import Model

/// Checks the requirements of a host.
struct InspectHost: ScriptCall {
    static let script = HostScript(
        "inspect-host", PackageResources.inspect_host_sh, knowing: [.programs], to: "be inspected")

    func answer(_ output: String) -> [HostCheck] { LibvirtHosts.checks(output) }
}

extension LibvirtHosts {
    /// Parses the lines that the script `inspect-host` prints.
    static func checks(_ output: String) -> [HostCheck] {
        output.split(whereSeparator: \.isNewline).compactMap { line in
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            if parts.count == 2, parts[0] == "clock" { return clock(Double(told: parts[1], in: Foreign.seconds)) }
            guard parts.count == 4, let verdict = HostCheck.Verdict(rawValue: parts[0]) else { return nil }
            return HostCheck(parts[1], verdict, parts[2], remedy: parts[3].isEmpty ? nil : parts[3])
        }
    }

    /// - Parameter theirs: the host's time in seconds since 1970; `nil` if it reported none.
    private static func clock(_ theirs: Double?) -> HostCheck {
        guard let off = theirs.flatMap({ Int(nearest: $0 - Date().timeIntervalSince1970) }) else {
            return HostCheck(
                "clock", .warning, "reports no valid time", remedy: "check what 'date +%s' prints there")
        }
        guard abs(off) > 30 else { return HostCheck("clock", .ok, "within 30 s of ours") }
        return HostCheck(
            "clock", .warning, "\(abs(off)) s \(off > 0 ? "ahead of" : "behind") ours",
            remedy: "let the host keep time (systemd-timesyncd, chrony); nothing here depends on it, but its logs do")
    }
}
