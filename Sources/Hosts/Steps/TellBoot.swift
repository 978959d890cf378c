internal import FoundationEssentials
internal import Model

/// Reads the identity of a host's current boot, and whether the host can be shut down.
struct TellBoot: ScriptCall {
    static let script = HostScript("tell-boot", PackageResources.tell_boot_sh, to: "report when it was started")

    func answer(_ output: String) -> PowerAnswer { PowerAnswer(output) }
}

/// The answer of the script `tell-boot`.
struct PowerAnswer: Sendable {
    var boot: HostBoot?
    /// Its PID namespace, in which containers on one kernel differ.
    var space: String?
    /// Whether the host has a program to shut it down.
    var canShutDown = false

    init(_ output: String) {
        for line in output.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ").map(String.init)
            switch (words.first, words.count) {
            case ("boot", 2): boot = HostBoot(words[1])
            case ("space", 2): space = words[1]
            case ("way", 2...): canShutDown = true
            default: continue
            }
        }
    }

    /// Whether this server would go down with the host, since it runs there or in a container on it. A host that is a
    /// container on our machine is a different machine.
    func isOurs(_ own: OwnMachine) -> Bool {
        guard let kernel = own.kernel, let space else { return true }
        guard boot?.text.hasPrefix(kernel + ".") == true else { return false }
        // The number of Linux's initial PID namespace (`PROC_PID_INIT_INO`).
        return space == own.space || space == "pid:[4026531836]"
    }
}

/// The machine on which this server runs.
struct OwnMachine: Sendable {
    /// The kernel's boot id; `nil` if it cannot be read.
    var kernel: String?
    var space: String?

    init() {
        let files = FileManager.default
        kernel = files.contents(atPath: "/proc/sys/kernel/random/boot_id").map {
            String(String(decoding: $0, as: UTF8.self).prefix { !$0.isNewline })
        }
        space = try? files.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
    }

    init(kernel: String?, space: String?) {
        self.kernel = kernel
        self.space = space
    }
}
