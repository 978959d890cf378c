import Model
import Synchronization
import Testing

@testable import Hosts

/// Root's login shell on a host, whose startup files print something or end it; bash takes the place of sshd.
@Suite("Login shells that print") struct LoginShellTests {
    private static let target = SSHTarget(
        address: "192.0.2.1", keyFile: "", knownHostsFile: "", wrapper: "", compressingWrapper: "")
    private static let shell = Shell.ssh(target)
    private static let script = HostScript(name: "example", text: "echo one; echo \"two $1\"")

    /// - Parameter file: the content of `/root/.bashrc`.
    private static func login(_ file: String, _ script: HostScript = script) -> Program {
        var program = shell.program(script, [HostArgument(7)], [])
        let words = program.arguments.drop { $0 != "sh" }.joined(separator: " ")
        program.name = "bash"
        program.arguments = ["-c", "\(file)\n\(words)"]
        return program
    }

    private static func answer(_ file: String, _ script: HostScript = script) async throws -> LoginShell.Answer {
        try shell.answer(try await login(file, script).run(seconds: 60), script)
    }

    @Test(
        "each byte before the script is separated from its answer, and refused since libvirt would read it",
        arguments: [
            (#"echo Welcome"#, "Welcome\n", "prints 'Welcome'"), (#"printf Welcome"#, "Welcome", "prints 'Welcome'"),
            (#"echo"#, "\n", "prints an empty line"), (#"printf '\r\n'"#, "\r\n", "prints an empty line"),
            (#"printf '\n\033[2JHello\n\n'"#, "\n\u{1B}[2JHello\n\n", "prints '\u{FFFD}[2JHello'"),
        ])
    func noise(file: String, noise: String, words: String) async throws {
        let answer = try await Self.answer(file)
        #expect(answer == .init(noise: noise, output: "one\ntwo 7\n"))
        #expect(Self.target.refusal(noise: answer.noise).reason.contains(words))
    }

    @Test(
        "a shell that prints nothing, or only to standard error, works", arguments: [":", "echo Welcome >&2"])
    func quiet(file: String) async throws {
        #expect(try await Self.answer(file) == .init(output: "one\ntwo 7\n"))
    }

    @Test(
        "a shell that does not run the script is reported with its own message, whatever its exit code",
        arguments: [
            (
                "echo 'This account is currently not available.'; exit 1",
                "commands: This account is currently not available."
            ),
            ("echo no >&2; exit 0", "commands: no"), ("exit 1", "commands; it gave no reason"),
            ("exec true", "commands; it gave no"),
        ])
    func idle(file: String, words: String) async throws {
        await #expect {
            try await Self.answer(file)
        } throws: {
            guard let refusal = $0 as? Refusal else { return false }
            return refusal.code == .hostUnreachable && refusal.reason.contains("login shell of root at 192.0.2.1")
                && refusal.reason.contains(words)
        }
    }

    @Test("a script that fails with a message on its output is reported with it, not with the login shell's")
    func failing() async throws {
        await #expect {
            try await Self.answer("echo Welcome", HostScript(name: "bad", text: "echo 'no room'; exit 3"))
        } throws: {
            guard let refusal = $0 as? Refusal else { return false }
            return refusal.code == .hypervisorFailed && refusal.reason.description.hasSuffix(": no room")
        }
    }

    @Test("the first line that is passed on is the script's", arguments: ["echo; echo Hi", "printf Hi", ":"])
    func lines(file: String) async throws {
        let lines = LoginShell.Lines(begun: false)
        let received = Mutex<[String]>([])
        _ = try await Self.login(file).follow(seconds: 60) { line in
            if lines.accept(line) { received.withLock { $0.append(line) } }
        }
        #expect(received.withLock { $0 } == ["one", "two 7"] && lines.hasBegun)
    }
}
