internal import Model

/// A host that is reached by SSH with our key. Only the pinned host key is accepted.
struct SSHTarget: Sendable, Equatable {
    var address: String
    var keyFile: String
    var knownHostsFile: String
    /// The program that libvirt runs in place of `ssh`; it adds ``identityOptions`` and nothing else.
    var wrapper: String
    /// The same program with SSH's compression.
    var compressingWrapper: String
    /// The socket of the connection that all scripts share; `nil` if its path would be too long for a socket.
    var controlPath: String?

    /// The time limit for establishing a connection, in seconds; 5 if it is `nil`.
    var connectSeconds: Int?

    var destination: String { "root@\(address)" }

    /// The options for our key and the pinned host key, without any configuration file of the user or the system.
    static func identityOptions(keyFile: String, knownHostsFile: String) -> [String] {
        [
            "-F", "none", "-i", keyFile, "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes",
            "-o", "UserKnownHostsFile=\(knownHostsFile)", "-o", "GlobalKnownHostsFile=/dev/null",
            "-o", "StrictHostKeyChecking=yes", "-o", "UpdateHostKeys=no", "-o", "ConnectTimeout=5",
            "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3", "-o", "LogLevel=ERROR",
            // Preferred if both ends have them: processors have instructions for AES, and images are gigabytes.
            "-o", "Ciphers=^aes128-gcm@openssh.com,aes256-gcm@openssh.com",
        ]
    }

    var options: [String] {
        // If an option is given twice, ssh uses the first.
        let first = connectSeconds.map { ["-o", "ConnectTimeout=\($0)"] } ?? []
        var options = ["-T"] + first + Self.identityOptions(keyFile: keyFile, knownHostsFile: knownHostsFile)
        if let controlPath {
            options += ["-o", "ControlMaster=auto", "-o", "ControlPath=\(controlPath)", "-o", "ControlPersist=60"]
        }
        return options
    }

    /// Ends the connection that scripts share. Otherwise a connection whose host lost power waits 15 s for the host,
    /// and so does everything sent over it.
    func disconnect() async {
        guard controlPath != nil else { return }
        _ = try? await Program(name: "ssh", arguments: options + ["-O", "exit", destination]).run(seconds: 2)
    }

    /// Returns libvirt's URI for the same identity and the same pin.
    ///
    /// The URI uses the `ssh` transport, not `libssh`: with libvirt 9.0 a call over libssh sometimes receives its
    /// answer only at the next keepalive, 5 s later (observed in five of six surveys).
    /// - Parameter compressed: whether SSH compresses what it sends, if the host's `sshd` agrees.
    func libvirtURI(driver: String, compressed: Bool = false) -> String {
        let host = address.contains(":") ? "[\(address)]" : address
        let command = (compressed ? compressingWrapper : wrapper).utf8.reduce(into: "") { text, byte in
            let plain = UnicodeScalar(byte).properties.isAlphabetic || (0x2D...0x39).contains(byte) || byte == 0x5F
            text += plain && byte < 0x80 ? String(UnicodeScalar(byte)) : "%" + Self.hex(byte)
        }
        return "\(driver)+ssh://root@\(host)/system?command=\(command)&no_tty=1"
    }

    private static func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

    /// Whether the address sent nothing at all, not even a refused connection, which a host still sends while it is
    /// shutting down.
    ///
    /// - Parameter errors: the error output of ssh.
    static func isSilence(_ errors: String) -> Bool {
        errors.contains("connect to host")
            && ["timed out", "No route to host", "Host is down"].contains { errors.contains($0) }
    }

    func refusal(errors: String) -> Refusal {
        if errors.contains("Host key verification failed") || errors.contains("host key for") {
            return Refusal(
                .hostKeyRefused, "the host at \(address) shows another key than the one that is pinned", detail: errors)
        }
        if errors.contains("Permission denied") {
            return Refusal(
                .hostUnreachable,
                "the host at \(address) does not accept our key; append the line that 'vmsd key' prints to root's "
                    + "authorized_keys there", detail: errors)
        }
        // Only ssh's own messages about the connection: other lines may name files of this server, or come from the
        // host.
        let line = errors.split(whereSeparator: \.isNewline).last {
            $0.hasPrefix("ssh: connect to host ") || $0.hasPrefix("ssh: Could not resolve hostname ")
        }
        let reason =
            line.map { "the host at \(address) does not answer SSH: \(String($0.dropFirst(5)).shown(160))" }
            ?? "the SSH connection to the host at \(address) broke"
        return Refusal(.hostUnreachable, reason, detail: errors)
    }
}
