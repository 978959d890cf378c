internal import FoundationEssentials
package import Model

#if canImport(Glibc)
    internal import Glibc
#endif

/// The server's own SSH identity and the host keys it has pinned, in one folder that only its owner can read.
///
///     ssh/id_ed25519, id_ed25519.pub    made at the first start
///     ssh/known_hosts.d/NODE            the pinned key, once for each address
///     ssh/known_hosts.d/NODE.ssh        what libvirt runs in place of ssh, so that the same pin holds for it
///     ssh/known_hosts.d/NODE.ssh.C      the same with compression
package struct SSHIdentity: Sendable {
    let folder: String

    package init(folder: String) { self.folder = folder }

    var keyFile: String { folder + "/id_ed25519" }

    /// Makes the folder and, where there is none yet, the key pair.
    ///
    /// - Throws: `internalError` when that fails.
    package func prepare() async throws(Refusal) {
        let files = FileManager.default
        do {
            try files.createDirectory(
                atPath: folder + "/known_hosts.d", withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw Refusal(.internalError, "the folder '\(folder)' cannot be made", detail: String(describing: error))
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

    /// Writes down the pinned key of a node and returns how each of its addresses is reached.
    ///
    /// - Throws: `nodeKeyMissing` without a key.
    func targets(of node: Node) throws(Refusal) -> [SSHTarget] {
        guard let key = node.hostKey else {
            throw Refusal(
                .nodeKeyMissing,
                "NodePK of '\(node.name)' is missing: give the host's SSH host key (a line of "
                    + "/etc/ssh/ssh_host_*_key.pub there), or set trustOnFirstUse", field: "NodePK", node: node.name)
        }
        let file = "\(folder)/known_hosts.d/\(node.name)"
        let lines = node.addresses.map { "\($0) \(key)\n" }.joined()
        if FileManager.default.contents(atPath: file) != Data(lines.utf8) {
            try write(lines, to: file, mode: 0o600)
        }
        let wrapper = "\(folder)/known_hosts.d/\(node.name).ssh"
        let options = SSHTarget.identityOptions(keyFile: keyFile, knownHostsFile: file)
        let words = options.map(Self.quoted).joined(separator: " ")
        try write("#!/bin/sh\nexec ssh \(words) \"$@\"\n", to: wrapper, mode: 0o700)
        try write("#!/bin/sh\nexec ssh -C \(words) \"$@\"\n", to: wrapper + ".C", mode: 0o700)
        // sun_path holds 108 bytes, and ssh appends up to 17 of its own while it makes the socket.
        let socket = "\(folder)/%C"
        let fits = folder.utf8.count + 1 + 40 + 18 < 108
        return node.addresses.map {
            SSHTarget(
                address: $0, keyFile: keyFile, knownHostsFile: file, wrapper: wrapper,
                compressingWrapper: wrapper + ".C", controlPath: fits ? socket : nil)
        }
    }

    private func write(_ text: String, to file: String, mode: mode_t) throws(Refusal) {
        do {
            try Data(text.utf8).write(to: URL(filePath: file), options: .atomic)
        } catch {
            throw Refusal(.internalError, "the file '\(file)' cannot be written", detail: String(describing: error))
        }
        chmod(file, mode)
    }

    /// A word for `sh`, whatever the data folder is called.
    private static func quoted(_ word: String) -> String {
        "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// The key that a host shows now, for a caller who trusts on first use.
    func scan(_ node: Node) async throws(Refusal) -> String {
        for address in node.addresses {
            let found = try await Program(
                name: "ssh-keyscan", arguments: ["-T", "4", "-t", "ed25519,ecdsa,rsa", "--", address]
            ).run(seconds: 10)
            for line in found.output.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
                guard let cut = line.firstIndex(of: " ") else { continue }
                if let key = HostKey(String(line[line.index(after: cut)...])) { return key.text }
            }
        }
        throw Refusal(.nodeUnreachable, "no address of '\(node.name)' shows an SSH host key", node: node.name)
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
}
