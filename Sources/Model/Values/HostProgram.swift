/// A program that a host needs for links of virtual networks and for proofs, by the name under which it is called.
package enum HostProgram: String, Sendable, CaseIterable {
    case ip, bridge, flock, arping, ndisc6, ping, tcpdump, timeout

    /// Debian's package of the one that is meant.
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

    /// Whose it must be, where there are others of that name that take other options (BusyBox, GNU inetutils, Habets' arping).
    package var maker: String? {
        switch self {
        case .ip, .bridge: "iproute2"
        case .flock: "util-linux"
        case .arping, .ping: "iputils"
        case .ndisc6, .tcpdump, .timeout: nil
        }
    }

    /// What `-V` says of that one, and of no other.
    package var sign: String? { self == .bridge ? "bridge utility" : maker }

    /// What is not to be had without it.
    package var loss: String {
        switch self {
        case .ip, .bridge, .flock, .timeout: "without it no links of virtual networks"
        case .arping, .ping: "without it only waitFor=started, and no links of virtual networks"
        case .ndisc6: "without it IPv6 addresses are not proven, and no links of virtual networks"
        case .tcpdump: "without it no waitFor=stack, and no links of virtual networks"
        }
    }
}

/// One of them that a host has not, or of which it has another.
package struct LackedProgram: Sendable, Equatable {
    package var program: HostProgram
    /// Whether another program has its name.
    package var isOther: Bool

    package init(_ program: HostProgram, isOther: Bool = false) {
        self.program = program
        self.isOther = isOther
    }
}

extension [LackedProgram] {
    /// What is lacked and the line that mends it, to follow "it lacks".
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
