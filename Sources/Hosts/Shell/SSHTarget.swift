internal import Model

/// A host that is reached by SSH, with our key, and by no other host key than the one that is pinned.
struct SSHTarget: Sendable, Equatable {
    var address: String
    var keyFile: String
    var knownHostsFile: String
    /// Program that libvirt runs in place of `ssh`; it adds ``identityOptions`` and nothing else.
    var wrapper: String
    /// The same, where SSH compresses what it sends.
    var compressingWrapper: String
    /// Socket of the one connection that all scripts share; `nil` where a path would be too long for a socket.
    var controlPath: String?

    /// How long a connection may take to be made, in seconds; 5 without it.
    var connectSeconds: Int?

    var destination: String { "root@\(address)" }

    /// Our key, the pinned host key, and no file of the user's or the system's configuration.
    static func identityOptions(keyFile: String, knownHostsFile: String) -> [String] {
        [
            "-F", "none", "-i", keyFile, "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes",
            "-o", "UserKnownHostsFile=\(knownHostsFile)", "-o", "GlobalKnownHostsFile=/dev/null",
            "-o", "StrictHostKeyChecking=yes", "-o", "UpdateHostKeys=no", "-o", "ConnectTimeout=5",
            "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3", "-o", "LogLevel=ERROR",
            // First where both ends have them: processors have instructions for AES, and images are gigabytes.
            "-o", "Ciphers=^aes128-gcm@openssh.com,aes256-gcm@openssh.com",
        ]
    }

    var options: [String] {
        // Of an option that is given twice, ssh takes the first.
        let first = connectSeconds.map { ["-o", "ConnectTimeout=\($0)"] } ?? []
        var options = ["-T"] + first + Self.identityOptions(keyFile: keyFile, knownHostsFile: knownHostsFile)
        if let controlPath {
            options += ["-o", "ControlMaster=auto", "-o", "ControlPath=\(controlPath)", "-o", "ControlPersist=60"]
        }
        return options
    }

    /// Ends the connection that scripts share. One whose host lost its power waits 15 s for it otherwise, and whatever is
    /// asked over it waits too.
    func disconnect() async {
        guard controlPath != nil else { return }
        _ = try? await Program(name: "ssh", arguments: options + ["-O", "exit", destination]).run(seconds: 2)
    }

    /// libvirt's URI for the same identity and the same pin.
    ///
    /// The `ssh` transport, not `libssh`: with libvirt 9.0 a call over libssh now and then finds its answer only at the
    /// next keepalive, 5 s later (seen with five of six surveys).
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

    /// Whether nothing at all came from the address, not even that nobody listens there, which a host still says while it
    /// is shutting down.
    ///
    /// - Parameter errors: what ssh printed.
    static func isSilence(_ errors: String) -> Bool {
        errors.contains("connect to host")
            && ["timed out", "No route to host", "Host is down"].contains { errors.contains($0) }
    }

    func refusal(saying errors: String) -> Refusal {
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
        // Only ssh's own words about the way: other lines may name files of this server, or come from the host.
        let way = errors.split(whereSeparator: \.isNewline).last {
            $0.hasPrefix("ssh: connect to host ") || $0.hasPrefix("ssh: Could not resolve hostname ")
        }
        let reason =
            way.map { "the host at \(address) does not answer SSH: \(String($0.dropFirst(5)).shown(160))" }
            ?? "the SSH connection to the host at \(address) broke"
        return Refusal(.hostUnreachable, reason, detail: errors)
    }
}
