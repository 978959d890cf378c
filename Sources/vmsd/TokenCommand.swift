internal import ArgumentParser
internal import Control
internal import Glibc
internal import HTTP
internal import Logging
internal import Model
internal import Storage
internal import VMSAPI
internal import VMSClient

/// `vmsd token`: tokens, for the operator of the server's machine.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make tokens; the first one of a server.", version: HTTPServer.release,
        subcommands: [AddTokenCommand.self])
}

/// `vmsd token add NAME`: makes a token for a user, and the user if there is none of that name.
struct AddTokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Make a token for a user, and the user if there is none; print the token once.",
        discussion: "The server may run or not. Only its own user, and root, can do this.", version: HTTPServer.release)

    @Argument(help: "Name of the user.")
    var name: String

    @Option(help: "Role on the server of a new user: viewer, user, operator or admin. (default: none)")
    var role: String?

    @Option(help: "Days until the token expires. (default: 90)")
    var days: Int32 = 90

    @Option(help: "The server's data folder. (default: /var/lib/vms)")
    var data: String?

    func run() async throws {
        let settings = try await ServerSettings(data: data)
        var role: AccessRole?
        if let text = self.role {
            guard let known = AccessRole(rawValue: text) else {
                throw ValidationError("role is '\(text)': must be viewer, user, operator or admin")
            }
            role = known
        }
        let socket = LocalSocket.path(in: settings.data)
        if access(socket, F_OK) == 0, let text = try await ask(socket, role) { return print(text) }
        print(try await write(settings.data, role))
    }

    /// Asks the running server.
    ///
    /// - Returns: `nil` if none runs: one that was killed leaves its socket.
    private func ask(_ socket: String, _ role: AccessRole?) async throws -> String? {
        let client = try VMSClient(server: "unix:" + socket)
        do {
            let text = try await ask(client, role)
            try await client.shutdown()
            return text
        } catch VMSClientError.unreachable {
            try? await client.shutdown()
            return nil
        } catch {
            try? await client.shutdown()
            throw ValidationError("\(error)")
        }
    }

    private func ask(_ client: VMSClient, _ role: AccessRole?) async throws -> String {
        var user = AddUser()
        (user.user, user.serverRole) = (name, role)
        do {
            _ = try await client.call(user)
        } catch VMSClientError.fault(let fault) where fault.code == FaultCode.principalNameTaken.rawValue {
            // The user is there already.
        }
        var token = AddToken()
        (token.user, token.days) = (name, days)
        return try await client.call(token).text ?? ""
    }

    /// Writes into the database of a server that does not run.
    private func write(_ data: String, _ role: AccessRole?) async throws -> String {
        let log = Logger(label: "vmsd") { _ in SwiftLogNoOpLogHandler() }
        do throws(Refusal) {
            let store = try SQLStore.open(at: data + "/vms.sqlite")
            let book = AccessBook(store: store, log: log)
            if try await book.records().principal(name) == nil {
                _ = try await book.add(
                    name, kind: .user, serverRole: role.flatMap { Role(rawValue: $0.rawValue) }, teams: [:])
            }
            let text = try await book.addToken(for: name, days: Int(clamping: days)).text
            try store.close()
            return text
        } catch {
            throw ValidationError(error.reason.description)
        }
    }
}
