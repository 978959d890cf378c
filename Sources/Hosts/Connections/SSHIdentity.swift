internal import FoundationEssentials
package import Model

#if canImport(Glibc)
    internal import Glibc
#endif

/// The server's own SSH identity and the host keys it has pinned, in one folder that only its owner can read.
///
///     ssh/id_ed25519, id_ed25519.pub    made at the first start
///     ssh/hosts/NODE/known_hosts        the pinned key, once for each address
///     ssh/hosts/NODE/ssh                what libvirt runs in place of ssh, so that the same pin holds for it
///     ssh/hosts/NODE/ssh.C              the same with compression
///     ssh/hosts/.check-TOKEN/NODE/…     the same while a host is only looked at
///     ssh/c-TOKEN.NUMBER                socket of a connection that scripts share
///
/// A host has a folder of its own, which goes when it is forgotten: whatever two hosts are called, none finds another's
/// files. No name of a host begins with a dot.
package struct SSHIdentity: Sendable {
    let folder: String
    /// Where the folders of hosts are.
    private var hosts: String
    /// Names the sockets of connections that scripts share; `nil` where none does.
    private var connections: String?

    package init(folder: String) {
        self.folder = folder
        hosts = folder + "/hosts"
        connections = Self.token()
    }

    /// The same identity with SSH connections of its own: who pinned another key never finds one open.
    func apart() -> SSHIdentity {
        var copy = self
        copy.connections = connections == nil ? nil : Self.token()
        return copy
    }

    var keyFile: String { folder + "/id_ed25519" }

    /// The same identity for one look at a host: what it writes down is nobody else's, and stays until ``endCheck()``.
    func forCheck() -> SSHIdentity {
        var copy = self
        copy.hosts = "\(hosts)/.check-\(Self.token())"
        copy.connections = nil
        return copy
    }

    /// Takes away what a look at a host wrote down.
    func endCheck() { try? FileManager.default.removeItem(atPath: hosts) }

    /// Takes away what is written down of a host.
    func forget(_ host: String) {
        guard HostName.isName(host) else { return }
        try? FileManager.default.removeItem(atPath: "\(hosts)/\(host)")
    }

    private static func token() -> String { String(UInt64.random(in: .min ... .max), radix: 16) }

    /// Removes what an earlier run of the server left: files of hosts, which are written when they are needed, and sockets.
    /// Only for who is alone in the data folder.
    package func clean() {
        let files = FileManager.default
        let sockets = ((try? files.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasPrefix("c-") }
        for name in ["hosts", "known_hosts.d"] + sockets { try? files.removeItem(atPath: "\(folder)/\(name)") }
    }

    /// Makes the folder and, where there is none yet, the key pair.
    ///
    /// - Throws: `internalError` when that fails.
    package func prepare() async throws(Refusal) {
        let files = FileManager.default
        do {
            try files.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Refusal(
                .internalError, "the server's folder for SSH keys cannot be made",
                detail: "\(folder): \(String(describing: error))")
        }
        chmod(folder, 0o700)
        guard !files.fileExists(atPath: keyFile) else { return }
        try await Self.makeKey(keyFile, comment: "vmsd")
    }

    /// Makes a key pair: the file, and the same with `.pub`.
    ///
    /// - Throws: `internalError` when that fails.
    static func makeKey(_ file: String, comment: String) async throws(Refusal) {
        let made = try await Program(
            name: "ssh-keygen", arguments: ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", file]
        ).run(seconds: 20)
        guard made.code == 0 else {
            throw Refusal(.internalError, "no SSH key could be made", detail: made.errors)
        }
    }

    /// The line for a host's authorized_keys; `nil` before ``prepare()``.
    package var publicKey: String? {
        guard let data = FileManager.default.contents(atPath: keyFile + ".pub") else { return nil }
        let text = String(decoding: data, as: UTF8.self)
        return String(text.prefix { !$0.isNewline })
    }

    /// Writes down the pinned key of a host and returns how each of its addresses is reached.
    ///
    /// - Throws: `hostKeyMissing` without a key, `hostKeyRefused` for what is none, `internalError` when it cannot be
    ///   written down.
    func targets(of host: Host) throws(Refusal) -> [SSHTarget] {
        guard let told = host.hostKey else {
            throw Refusal(
                .hostKeyMissing, .hostKey,
                "\(.hostKey) of '\(host.name)' is missing: give the host's SSH host key (a line of "
                    + "/etc/ssh/ssh_host_*_key.pub there), or set \(.trust)", host: host.name)
        }
        let key = try HostKey(checking: told).text
        // A record of an earlier version may have any name.
        guard HostName.isName(host.name) else {
            throw Refusal(
                .invalidName, .hostName,
                "\(.hostName) is '\(host.name.shown)': no host can have that name; register it under another",
                value: host.name.shown, host: host.name)
        }
        let own = "\(hosts)/\(host.name)"
        let file = own + "/known_hosts"
        let wrapper = own + "/ssh"
        do {
            try FileManager.default.createDirectory(
                atPath: own, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
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
                detail: "\(own): \(String(describing: error))", host: host.name)
        }
        // sun_path holds 108 bytes, and ssh appends up to 17 of its own while it makes the socket.
        var socket = connections.map { "\(folder)/c-\($0)" }
        if let path = socket, path.utf8.count + 3 + 18 >= 108 { socket = nil }
        return host.addresses.enumerated().map { number, address in
            SSHTarget(
                address: address, keyFile: keyFile, knownHostsFile: file, wrapper: wrapper,
                compressingWrapper: wrapper + ".C", controlPath: socket.map { "\($0).\(number)" })
        }
    }

    /// Nothing is written where it stands already: libvirt may be running it.
    private func write(_ text: String, to file: String, mode: mode_t) throws {
        guard FileManager.default.contents(atPath: file) != Data(text.utf8) else { return }
        try Data(text.utf8).write(to: URL(filePath: file), options: .atomic)
        chmod(file, mode)
    }

    /// A word for `sh`, whatever the data folder is called.
    private static func quoted(_ word: String) -> String {
        "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// The key that a host shows now, for a caller who trusts on first use.
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

    /// `nil` for what is no line of a public key file.
    init?(_ line: String) {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count >= 2, Self.types.contains(words[0]), let data = Data(base64Encoded: String(words[1])),
            data.count >= 32
        else { return nil }
        text = "\(words[0]) \(words[1])"
    }

    /// - Throws: `hostKeyRefused` for what is no line of a public key file.
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
