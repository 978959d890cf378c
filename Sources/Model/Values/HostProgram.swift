/// A program that a host needs for links of virtual networks and for proofs. The raw value is its command name.
package enum HostProgram: String, Sendable, CaseIterable {
    case ip, bridge, flock, arping, ndisc6, ping, tcpdump, timeout

    /// The Debian package of the required program.
    package var debianPackage: String {
        switch self {
        case .ip, .bridge: "iproute2"
        case .flock: "util-linux"
        case .arping: "iputils-arping"
        case .ndisc6: "ndisc6"
        case .ping: "iputils-ping"
        case .tcpdump: "tcpdump"
        case .timeout: "coreutils"
        }
    }

    /// The required implementation, if others of the same name take other options (BusyBox, GNU inetutils,
    /// Habets' arping).
    package var maker: String? {
        switch self {
        case .ip, .bridge: "iproute2"
        case .flock: "util-linux"
        case .arping, .ping: "iputils"
        case .ndisc6, .tcpdump, .timeout: nil
        }
    }

    /// A text that only the required implementation prints for `-V`.
    package var sign: String? { self == .bridge ? "bridge utility" : maker }

    /// The functions that a host without the program does not offer.
    package var loss: String {
        switch self {
        case .ip, .bridge, .flock, .timeout: "without it no links of virtual networks"
        case .arping, .ping: "without it only waitFor=started, and no links of virtual networks"
        case .ndisc6: "without it IPv6 addresses are not proven, and no links of virtual networks"
        case .tcpdump: "without it no waitFor=stack, and no links of virtual networks"
        }
    }
}

/// A program that a host lacks, or of which it has another implementation.
package struct MissingProgram: Sendable, Equatable {
    package var program: HostProgram
    /// Whether another program has its name.
    package var isOther: Bool

    package init(_ program: HostProgram, isOther: Bool = false) {
        self.program = program
        self.isOther = isOther
    }
}

extension [MissingProgram] {
    /// The missing programs and the command that installs them, to follow "it lacks".
    package var words: String {
        let names = map { one in
            one.isOther
                ? "\(one.program.maker ?? "")' \(one.program.rawValue) (it has another of that name)"
                : one.program.rawValue
        }
        var packages: [String] = []
        for one in self where !packages.contains(one.program.debianPackage) {
            packages.append(one.program.debianPackage)
        }
        return "\(names.joined(separator: ", ")) (apt-get install \(packages.joined(separator: " ")))"
    }
}
