internal import ArgumentParser
internal import HTTP
internal import Hosts
internal import Model

/// `vmsd key`: the line for a host's authorized_keys.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Print the server's SSH public key, for root's authorized_keys on the hosts; make it if need be.",
        version: HTTPServer.release)

    @Option(help: "The server's data folder. (default: /var/lib/vms)")
    var data: String?

    func run() async throws {
        let settings = try await ServerSettings(data: data)
        let identity = SSHIdentity(folder: settings.data + "/ssh")
        do {
            try await identity.prepare()
        } catch {
            throw ValidationError(error.reason.description)
        }
        print(identity.publicKey ?? "")
    }
}
