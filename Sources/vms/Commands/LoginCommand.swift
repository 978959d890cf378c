internal import ArgumentParser
internal import Glibc
internal import VMSAPI
internal import VMSClient

/// `vms login`: keeps a server and a token for later commands.
struct LoginCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Keeps a server and a token for later commands, in a file that only the user may read.",
        discussion: "Reads the token from standard input, so that it is in no list of processes.")

    @ParentCommand var root: VMSCommand

    @Argument(help: "The server's address; with --browser by default that of --server.")
    var server: String?

    @Flag(
        help: "Print an address at which a browser is logged in as this user, once, within a minute; keep nothing.")
    var browser = false

    @Option(help: "Name of the server for --server; by default its host.")
    var name: String?

    @Option(help: "PEM file with the certificate that vouches for the server, if the system does not trust it.")
    var ca: String?

    @Option(help: "SHA-256 digest of the server's own certificate, as its log shows it.")
    var fingerprint: String?

    mutating func run(on console: Console) async throws {
        if browser { return try await logBrowserIn(console) }
        guard let server else { throw UsageError("login needs the server's address") }
        let path = try CredentialsPath.required
        var credentials = try Credentials(path: path)
        if isatty(STDIN_FILENO) == 1 { console.errors("Token: ") }
        try Settings.checkMaySendToken(to: server)
        let token = try SecretLine.read()
        var entry = Credentials.Entry(server: server, token: token, authority: try ca.map { try TextFile.text($0) })
        let user: String
        do {
            user = try await Self.user(of: entry)
        } catch VMSClientError.untrusted where ca == nil {
            entry.authority = try await authority(of: server, console)
            user = try await Self.user(of: entry)
        }
        let name = name ?? Credentials.name(of: server)
        credentials.entries[name] = entry
        credentials.current = name
        try credentials.write(to: path)
        console.errors("logged in to \(name.visible) as \(user.visible)\n")
    }

    private func logBrowserIn(_ console: Console) async throws {
        guard name == nil, ca == nil, fingerprint == nil else {
            throw UsageError("--browser keeps nothing: it takes neither --name, --ca nor --fingerprint")
        }
        var settings = root.settings
        if let server { settings.server = server }
        let target = try settings.target()
        guard let token = target.token else {
            throw UsageError("there is no token for \(target.server.visible): log in without --browser first")
        }
        let answer = try await Self.call(
            AddLoginCode(),
            of: Credentials.Entry(server: target.server, token: token, authority: target.authority))
        let address = String(target.server.reversed().drop { $0 == "/" }.reversed())
        console.output("\(address.visible)/login#\(answer.code.visible)\n")
    }

    /// The name of the user whose token it is.
    private static func user(of entry: Credentials.Entry) async throws -> String {
        try await call(WhoAmI(), of: entry).user?.user ?? ""
    }

    private static func call<S: Service>(_ service: S, of entry: Credentials.Entry) async throws -> S.Response {
        let client = try VMSClient(server: entry.server, token: entry.token, authority: entry.authority)
        let answer: S.Response
        do { answer = try await client.call(service) } catch {
            try? await client.shutdown()
            throw error
        }
        try await client.shutdown()
        return answer
    }

    /// The authority of a server that the system does not trust, if the user knows the server by its fingerprint.
    ///
    /// - Throws: ``UsageError`` if the user does not.
    private func authority(of server: String, _ console: Console) async throws -> String {
        let identity = try await ServerIdentity.presented(by: server)
        let digits = { (text: String) in text.lowercased().filter { $0 != ":" } }
        if let fingerprint {
            guard digits(fingerprint) == identity.fingerprint else {
                throw UsageError(
                    "fingerprint is '\(fingerprint.visible)': the certificate of \(server.visible) has the SHA-256 digest "
                        + identity.fingerprint)
            }
            return identity.authority
        }
        guard isatty(STDIN_FILENO) == 1 else {
            throw UsageError(
                "the system does not trust the certificate of \(server.visible); its SHA-256 digest is "
                    + "\(identity.fingerprint): if the server's log shows the same, add --fingerprint and the digest")
        }
        console.errors(
            """
            The system does not trust this server. The SHA-256 digest of its certificate is
              \(identity.fingerprint)
            The server's log shows the digest of its own. Are they the same (yes or no)?\u{20}
            """)
        guard readLine() == "yes" else { throw UsageError("not logged in") }
        return identity.authority
    }
}

/// `vms logout`: forgets a server and its token.
struct LogoutCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout",
        abstract: "Forgets a server and its token. The token stays valid: see 'vms token revoke'.")

    @Argument(help: "Name of the server; by default the current one.")
    var name: String?

    mutating func run(on console: Console) async throws {
        let path = try CredentialsPath.required
        var credentials = try Credentials(path: path)
        guard let name = name ?? credentials.current, credentials.entries.removeValue(forKey: name) != nil else {
            throw UsageError("there is no such server: 'vms servers' lists them")
        }
        if credentials.current == name { credentials.current = credentials.entries.keys.min() }
        try credentials.write(to: path)
    }
}

/// `vms servers`: the servers that the user has logged in to.
struct ServersCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "servers", abstract: "Lists the servers that the user has logged in to; * marks the current one.")

    mutating func run(on console: Console) async throws {
        let credentials = try Credentials(path: try CredentialsPath.required)
        for (name, entry) in credentials.entries.sorted(by: { $0.key < $1.key }) {
            console.output("\(name == credentials.current ? "*" : " ") \(name.visible)  \(entry.server.visible)\n")
        }
    }
}

/// The path of the file with the credentials.
enum CredentialsPath {
    /// - Throws: ``UsageError`` without a home folder.
    static var required: String {
        get throws {
            guard let path = Credentials.standardPath else {
                throw UsageError("HOME is not set: there is no place for tokens; use VMS_TOKEN instead")
            }
            return path
        }
    }
}

/// A secret that the user types, or that a program writes.
enum SecretLine {
    /// Reads one line of standard input; a terminal does not show it.
    ///
    /// - Throws: ``UsageError`` for an empty line.
    static func read() throws -> String {
        var before = termios()
        let isTerminal = tcgetattr(STDIN_FILENO, &before) == 0
        if isTerminal {
            var silent = before
            silent.c_lflag &= ~tcflag_t(clamping: ECHO)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        }
        defer { if isTerminal { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before) } }
        guard let line = readLine(), let word = line.split(separator: " ").first else {
            throw UsageError("standard input has no token")
        }
        return String(word)
    }
}
