internal import FoundationEssentials
internal import Model

/// An SSH key pair for one transfer between two hosts. While it is generated, it is in a folder that only this server
/// can read. After that, it is on the host that uses it, in a folder that only root can read, for the duration of the
/// transfer.
struct OneTimeKey: Sendable {
    /// The content of the private key's file.
    var secret: HostArgument
    /// The line of the public key, without comment.
    var line: HostArgument

    /// - Throws: `internalError` if no key can be created.
    static func made() async throws(Refusal) -> OneTimeKey {
        let files = FileManager.default
        let folder = files.temporaryDirectory.appending(path: "vms-\(UUID().uuidString)").path
        defer { try? files.removeItem(atPath: folder) }
        do {
            try files.createDirectory(
                atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Refusal(
                .internalError, "the server cannot create a folder for the transfer's own key",
                detail: "\(folder): \(String(describing: error))")
        }
        let file = folder + "/key"
        try await SSHIdentity.makeKey(file, comment: "")
        guard let secret = files.contents(atPath: file), let line = files.contents(atPath: file + ".pub") else {
            throw Refusal(.internalError, "the transfer's own SSH key cannot be read", detail: file)
        }
        return OneTimeKey(
            secret: HostArgument(bytes: secret), line: HostArgument(bytes: line.prefix { $0 != UInt8(ascii: "\n") }))
    }
}
