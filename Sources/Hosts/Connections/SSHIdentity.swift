internal import FoundationEssentials
package import Model

#if canImport(Glibc)
    internal import Glibc
#endif

/// The server's own SSH identity and the pinned host keys, in one folder that only its owner can read.
///
///     ssh/id_ed25519, id_ed25519.pub    created at the first start
///     ssh/hosts/NODE/known_hosts        the pinned key, once for each address
///     ssh/hosts/NODE/ssh                the program that libvirt runs in place of ssh, so that the same pin applies
///     ssh/hosts/NODE/ssh.C              the same with compression
///     ssh/hosts/.check-TOKEN/NODE/…     the same during an inspection of a host
///     ssh/c-TOKEN.NUMBER                the socket of a connection that scripts share
///
/// Each host has its own folder, which is removed when the host is forgotten. Whatever the names of two hosts, neither
/// finds the other's files. No host's name begins with a dot.
package struct SSHIdentity: Sendable {
    let folder: String
    /// The path that contains the hosts' folders.
    private var hosts: String
    /// The token in the names of the sockets that scripts share; `nil` if scripts share no connection.
    private var connections: String?

    package init(folder: String) {
        self.folder = folder
        hosts = folder + "/hosts"
        connections = Self.token()
    }

    /// Returns the same identity with separate SSH connections: a caller that pinned another key never finds one open.
    func withOwnConnections() -> SSHIdentity {
        var copy = self
        copy.connections = connections == nil ? nil : Self.token()
        return copy
    }

    var keyFile: String { folder + "/id_ed25519" }

    /// Returns the same identity for one inspection of a host. The files that it writes belong to this inspection
    /// alone, and exist until ``endCheck()``.
    func forCheck() -> SSHIdentity {
        var copy = self
        copy.hosts = "\(hosts)/.check-\(Self.token())"
        copy.connections = nil
        return copy
    }

    /// Removes the files of an inspection.
    func endCheck() { try? FileManager.default.removeItem(atPath: hosts) }

    /// Removes the files of a host.
    func forget(_ host: String) {
        guard HostName.isName(host) else { return }
        try? FileManager.default.removeItem(atPath: "\(hosts)/\(host)")
    }

    private static func token() -> String { String(UInt64.random(in: .min ... .max), radix: 16) }

    /// Removes the files that an earlier run of the server left: the hosts' folders, which are written again when they
    /// are needed, and sockets. Only the server that holds the data folder may call this.
    package func clean() {
        let files = FileManager.default
        let sockets = ((try? files.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasPrefix("c-") }
        for name in ["hosts", "known_hosts.d"] + sockets { try? files.removeItem(atPath: "\(folder)/\(name)") }
    }

    /// Creates the folder and, if there is none yet, the key pair.
    ///
    /// - Throws: `internalError` if that fails.
    package func prepare() async throws(Refusal) {
        let files = FileManager.default
        do {
            try files.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Refusal(
                .internalError, "the server's folder for SSH keys cannot be created",
                detail: "\(folder): \(String(describing: error))")
        }
        chmod(folder, 0o700)
        guard !files.fileExists(atPath: keyFile) else { return }
        try await Self.makeKey(keyFile, comment: "vmsd")
    }

    /// Creates a key pair: the file, and the public key in the same file name with `.pub`.
    ///
    /// - Throws: `internalError` if that fails.
    static func makeKey(_ file: String, comment: String) async throws(Refusal) {
        let result = try await Program(
            name: "ssh-keygen", arguments: ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", file]
        ).run(seconds: 20)
        guard result.code == 0 else {
            throw Refusal(.internalError, "no SSH key could be created", detail: result.errors)
        }
    }

    /// The line for a host's authorized_keys; `nil` before ``prepare()``.
    package var publicKey: String? {
        guard let data = FileManager.default.contents(atPath: keyFile + ".pub") else { return nil }
        let text = String(decoding: data, as: UTF8.self)
        return String(text.prefix { !$0.isNewline })
    }

    /// Writes the pinned key of a host to its folder, and returns the SSH target for each of its addresses.
    ///
    /// - Throws: `hostKeyMissing` without a key, `hostKeyRefused` for an invalid key, `internalError` if the files
    ///   cannot be written.
    func targets(of host: Host) throws(Refusal) -> [SSHTarget] {
        guard let line = host.hostKey else {
            throw Refusal(
                .hostKeyMissing, .hostKey,
                "\(.hostKey) of '\(host.name)' is missing: give the host's SSH host key (a line of "
                    + "/etc/ssh/ssh_host_*_key.pub there), or set \(.trust)", host: host.name)
        }
        let key = try HostKey(checking: line).text
        // A record of an earlier version may have any name.
        guard HostName.isName(host.name) else {
            throw Refusal(
                .invalidName, .hostName,
                "\(.hostName) is '\(host.name.shown)': no host can have that name; register it under another",
                value: host.name.shown, host: host.name)
        }
        let hostFolder = "\(hosts)/\(host.name)"
        let file = hostFolder + "/known_hosts"
        let wrapper = hostFolder + "/ssh"
        do {
            try FileManager.default.createDirectory(
                atPath: hostFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try write(host.addresses.map { "\($0) \(key)\n" }.joined(), to: file, mode: 0o600)
            let options = SSHTarget.identityOptions(keyFile: keyFile, knownHostsFile: file)
            let words = options.map(Self.quoted).joined(separator: " ")
            for (name, options) in [(wrapper, words), (wrapper + ".C", "-C " + words)] {
                // shell: one command, of which every word but its name is quoted here
                try write("#!/bin/sh\nexec ssh \(options) \"$@\"\n", to: name, mode: 0o700)
            }
        } catch {
            throw Refusal(
                .internalError, "the key of host '\(host.name)' cannot be written down in the server's data folder",
                detail: "\(hostFolder): \(String(describing: error))", host: host.name)
        }
        // sun_path holds 108 bytes, and ssh appends up to 17 of its own while it creates the socket.
        var socket = connections.map { "\(folder)/c-\($0)" }
        if let path = socket, path.utf8.count + 3 + 18 >= 108 { socket = nil }
        return host.addresses.enumerated().map { number, address in
            SSHTarget(
                address: address, keyFile: keyFile, knownHostsFile: file, wrapper: wrapper,
                compressingWrapper: wrapper + ".C", controlPath: socket.map { "\($0).\(number)" })
        }
    }

    /// Writes a file unless it has the same content already: libvirt may be running it.
    private func write(_ text: String, to file: String, mode: mode_t) throws {
        guard FileManager.default.contents(atPath: file) != Data(text.utf8) else { return }
        try Data(text.utf8).write(to: URL(filePath: file), options: .atomic)
        chmod(file, mode)
    }

    /// Quotes a word for `sh`, whatever the path of the data folder.
    private static func quoted(_ word: String) -> String {
        "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// Returns the key that a host presents now, for a caller that trusts on first use.
    func scan(_ host: Host) async throws(Refusal) -> String {
        for address in host.addresses {
            let found = try await Program(
                name: "ssh-keyscan", arguments: ["-T", "4", "-t", "ed25519,ecdsa,rsa", "--", address]
            ).run(seconds: 10)
            for line in found.output.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
                guard let cut = line.firstIndex(of: " ") else { continue }
                if let key = HostKey(String(line[line.index(after: cut)...])) { return key.text }
            }
        }
        throw Refusal(.hostUnreachable, "no address of '\(host.name)' shows an SSH host key", host: host.name)
    }
}

/// An SSH public key as `type base64`, without comment.
struct HostKey {
    let text: String

    private static let types: Set<Substring> = [
        "ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
    ]

    /// Parses a line; `nil` if it is not a line of a public key file.
    init?(_ line: String) {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count >= 2, Self.types.contains(words[0]), let data = Data(base64Encoded: String(words[1])),
            data.count >= 32
        else { return nil }
        text = "\(words[0]) \(words[1])"
    }

    /// - Throws: `hostKeyRefused` if it is not a line of a public key file.
    init(checking line: String) throws(Refusal) {
        guard let key = HostKey(line) else {
            throw Refusal(
                .hostKeyRefused, .hostKey,
                "\(.hostKey) is '\(line.shown)': must be an SSH host key, such as a line of "
                    + "/etc/ssh/ssh_host_ed25519_key.pub on the host", value: line.shown)
        }
        self = key
    }
}
