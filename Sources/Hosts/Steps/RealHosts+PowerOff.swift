internal import Control
internal import FoundationEssentials
internal import Libvirt
package import Model

extension RealHosts {
    package nonisolated func boot(of node: Node) async throws(Refusal) -> HostBoot {
        try await read(node) { [access] opened in
            guard case .ssh(let target)? = opened.route.shell else {
                throw Self.notOffered(
                    node, opened.route.shell == nil ? "no program can be run on it" : "it is this server's own machine")
            }
            let answer = PowerAnswer(try await Shell.ssh(target).run(.boot, [], seconds: access.scriptSeconds))
            guard let boot = answer.boot else {
                throw Self.notOffered(node, "it does not tell when it was switched on")
            }
            guard !answer.isOurs(OwnMachine()) else { throw Self.notOffered(node, "it is this server's own machine") }
            guard answer.isWay else {
                throw Self.notOffered(node, "it has none of systemctl (with systemd), shutdown and poweroff")
            }
            return boot
        }
    }

    private static func notOffered(_ node: Node, _ why: String) -> Refusal {
        Refusal(
            .notOffered, "phyServer is '\(node.name)': this host cannot be shut down from here: \(why)",
            field: "phyServer", value: node.name, node: node.name)
    }

    /// libvirt numbers domains that run.
    static func checkIdle(_ connection: Connection) async throws {
        let running = try await connection.domains().filter {
            $0.id != nil && !MachineID($0.uuid.uuidString).isDomain0
        }
        guard let first = running.map(\.name).min() else { return }
        throw Refusal(.nodeInUse, "machine '\(first)' was started on the host meanwhile; it stays up", machine: first)
    }

    /// Once the host was told, nothing can hold it up: a task that is cancelled waits all the same.
    nonisolated func powerOff(_ node: Node, _ boot: HostBoot, seconds: Int) async throws(Refusal) {
        let power = HostPower(node: node, boot: boot, targets: try access.identity.targets(of: node))
        let ended = await Task { () async -> Result<Void, Refusal> in
            do throws(Refusal) {
                return .success(try await power.off(seconds: seconds))
            } catch {
                return .failure(error)
            }
        }.value
        try ended.get()
        await session(node).lose()
    }
}

/// One host that is to be switched off. Every question is a connection of its own, so that none that is broken by the host's
/// end is waited for.
struct HostPower: Sendable {
    let node: Node
    let boot: HostBoot
    let targets: [SSHTarget]

    private enum Answer {
        /// No address answered anything.
        case silent
        /// Something answered, though not the question.
        case present
        case said(String)
    }

    /// How often in a row nothing must be heard from a host that is to be taken for gone.
    private static let silences = 2

    /// Asks until the host is gone, or is another run of it, which was off in between.
    ///
    /// - Throws: `shutdownFailed`.
    func off(seconds: Int) async throws(Refusal) {
        let argument = try HostArgument(boot)
        let end = ContinuousClock.now + .seconds(seconds)
        var (isTold, silences) = (false, 0)
        repeat {
            switch isTold ? await ask(.boot, []) : await ask(.powerOff, [argument]) {
            case .silent: silences += 1
            case .present: silences = 0
            case .said(let text) where isTold:
                silences = 0
                if let now = PowerAnswer(text).boot, now != boot { return }
            case .said(let text):
                silences = 0
                if try isAnother(text) { return }
                isTold = true
            }
            guard silences < Self.silences else { return }
            try? await Task.sleep(for: .milliseconds(500))
        } while ContinuousClock.now < end
        throw failed("it still answers \(seconds) s after it was told to shut down")
    }

    /// - Parameter text: what the script `power-off` printed.
    /// - Returns: whether it is another run of the host; it goes down otherwise.
    private func isAnother(_ text: String) throws(Refusal) -> Bool {
        let lines = text.split(maxSplits: 1, whereSeparator: \.isNewline)
        switch lines.first?.split(separator: " ").first {
        case "going": return false
        case "other": return true
        case "none": throw failed("it has nothing any more that would switch it off")
        default: throw failed("it refused", said: lines.dropFirst().first.map(String.init) ?? text)
        }
    }

    private func failed(_ why: String, said: String = "") -> Refusal {
        let words = said.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(200)
        return Refusal(
            .shutdownFailed, "host '\(node.name)' was not shut down: \(why)" + (words.isEmpty ? "" : ": \(words)"),
            detail: said, node: node.name)
    }

    private func ask(_ script: HostScript, _ arguments: [HostArgument]) async -> Answer {
        var answer = Answer.silent
        for target in targets {
            var target = target
            target.controlPath = nil
            target.connectSeconds = 4
            switch await ask(target, script, arguments) {
            case .said(let text): return .said(text)
            case .present: answer = .present
            case .silent: continue
            }
        }
        return answer
    }

    private func ask(_ target: SSHTarget, _ script: HostScript, _ arguments: [HostArgument]) async -> Answer {
        do throws(Refusal) {
            return .said(try await Shell.ssh(target).run(script, arguments, seconds: 15))
        } catch {
            switch error.code {
            case .nodeUnreachable where SSHTarget.isSilence(error.detail ?? ""): return .silent
            // The script itself: ssh's own failures are another code.
            case .hypervisorFailed: return .said("failed\n\(error.detail ?? "")")
            default: return .present
            }
        }
    }
}

/// What the script `boot` tells.
struct PowerAnswer: Sendable {
    var boot: HostBoot?
    /// Of its process ids: containers on one kernel differ in it.
    var space: String?
    /// Whether something is there that would switch it off.
    var isWay = false

    init(_ output: String) {
        for line in output.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ").map(String.init)
            switch (words.first, words.count) {
            case ("boot", 2): boot = HostBoot(words[1])
            case ("space", 2): space = words[1]
            case ("way", 2...): isWay = true
            default: continue
            }
        }
    }

    /// Whether this server would go down with the host: it runs there, or in a container on it. A host that is a container on
    /// our machine is not ours.
    func isOurs(_ own: OwnMachine) -> Bool {
        guard let kernel = own.kernel, let space else { return true }
        guard boot?.text.hasPrefix(kernel + ".") == true else { return false }
        // The number that Linux gives the first of these name spaces (`PROC_PID_INIT_INO`).
        return space == own.space || space == "pid:[4026531836]"
    }
}

/// The machine on which this server runs.
struct OwnMachine: Sendable {
    /// The id of its kernel's run; `nil` when it cannot be read.
    var kernel: String?
    var space: String?

    init() {
        let files = FileManager.default
        kernel = files.contents(atPath: "/proc/sys/kernel/random/boot_id").map {
            String(String(decoding: $0, as: UTF8.self).prefix { !$0.isNewline })
        }
        space = try? files.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
    }

    init(kernel: String?, space: String?) {
        self.kernel = kernel
        self.space = space
    }
}
