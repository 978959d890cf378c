internal import Control
internal import FoundationEssentials
internal import Libvirt
package import Model

extension LibvirtHosts {
    package nonisolated func boot(of host: Host) async throws(Refusal) -> HostBoot {
        try await read(host) { [access] opened in
            guard case .ssh(let target)? = opened.route.shell else {
                throw Self.notOffered(
                    host, opened.route.shell == nil ? "no program can be run on it" : "it is this server's own machine")
            }
            let answer = try await Shell.ssh(target).run(TellBoot(), seconds: access.scriptSeconds)
            guard let boot = answer.boot else {
                throw Self.notOffered(host, "it does not report when it was started")
            }
            guard !answer.isOurs(OwnMachine()) else { throw Self.notOffered(host, "it is this server's own machine") }
            guard answer.canShutDown else {
                throw Self.notOffered(host, "it has none of systemctl (with systemd), shutdown and poweroff")
            }
            return boot
        }
    }

    private static func notOffered(_ host: Host, _ why: String) -> Refusal {
        Refusal(
            .notOffered, .host, "\(.host) is '\(host.name)': this host cannot be shut down from here: \(why)",
            value: host.name, host: host.name)
    }

    /// Checks that no machine runs on the host. Only running domains have a number in libvirt.
    static func checkIdle(_ connection: Connection) async throws {
        let running = try await connection.domains().filter {
            $0.id != nil && !MachineID($0.uuid.uuidString).isDomain0
        }
        guard let first = running.map(\.name).min() else { return }
        throw Refusal(.hostInUse, "machine '\(first)' was started on the host meanwhile; it stays up", machine: first)
    }

    /// Shuts a host down. Once the host has received the request, nothing can stop it, so a cancelled task waits too.
    nonisolated func powerOff(_ host: Host, _ boot: HostBoot, seconds: Int) async throws(Refusal) {
        let power = HostPower(host: host, boot: boot, targets: try access.identity.targets(of: host))
        let ended = await Task { () async -> Result<Void, Refusal> in
            do throws(Refusal) {
                return .success(try await power.off(seconds: seconds))
            } catch {
                return .failure(error)
            }
        }.value
        try ended.get()
        await session(host).lose()
    }
}

/// The shutdown of one host. Every question has its own connection, so that no answer is awaited over a connection that
/// the host's end has broken.
struct HostPower: Sendable {
    let host: Host
    let boot: HostBoot
    let targets: [SSHTarget]

    private enum Response<Answer: Sendable> {
        /// No address sent anything.
        case silent
        /// An address sent something, but no answer to the question.
        case present
        /// The script failed, with its error output.
        case failed(String)
        case answered(Answer)

        var isSilent: Bool { if case .silent = self { true } else { false } }
        var isAnswered: Bool { if case .answered = self { true } else { false } }
    }

    /// The number of consecutive silent responses after which a host counts as off.
    private static let silences = 2

    /// Waits until the host is off, or has booted again, so that it was off in between.
    ///
    /// - Throws: `shutdownFailed`.
    func off(seconds: Int) async throws(Refusal) {
        let power = try PowerOff(boot)
        let end = ContinuousClock.now + .seconds(seconds)
        var (isAccepted, silences) = (false, 0)
        repeat {
            let isSilent: Bool
            if isAccepted {
                let response = await ask(TellBoot())
                if case .answered(let answer) = response, let now = answer.boot, now != boot { return }
                isSilent = response.isSilent
            } else {
                let response = await ask(power)
                if try hasRebooted(response) { return }
                isAccepted = response.isAnswered
                isSilent = response.isSilent
            }
            silences = isSilent ? silences + 1 : 0
            guard silences < Self.silences else { return }
            try? await Task.sleep(for: .milliseconds(500))
        } while ContinuousClock.now < end
        throw failed("it still answers \(seconds) s after the request to shut down")
    }

    /// Returns whether the host has booted again. Otherwise it is shutting down, or did not receive the request.
    private func hasRebooted(_ response: Response<PowerOff.Answer>) throws(Refusal) -> Bool {
        switch response {
        case .silent, .present, .answered(.shuttingDown): return false
        case .answered(.rebooted): return true
        case .answered(.unsupported): throw failed("it no longer has a program to shut it down")
        case .answered(.refused(let said)), .failed(let said): throw failed("it refused", said: said)
        }
    }

    private func failed(_ why: String, said: String = "") -> Refusal {
        let words = said.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(200)
        return Refusal(
            .shutdownFailed, "host '\(host.name)' was not shut down: \(why)" + (words.isEmpty ? "" : ": \(words)"),
            detail: said, host: host.name)
    }

    private func ask<Call: ScriptCall>(_ call: Call) async -> Response<Call.Answer> {
        var response = Response<Call.Answer>.silent
        for target in targets {
            var target = target
            target.controlPath = nil
            target.connectSeconds = 4
            switch await ask(target, call) {
            case .silent: continue
            case .present: response = .present
            case let answer: return answer
            }
        }
        return response
    }

    private func ask<Call: ScriptCall>(_ target: SSHTarget, _ call: Call) async -> Response<Call.Answer> {
        do throws(Refusal) {
            return .answered(try await Shell.ssh(target).run(call, seconds: 15))
        } catch {
            switch error.code {
            case .hostUnreachable where SSHTarget.isSilence(error.detail ?? ""): return .silent
            // The script itself failed: ssh's own failures have another code.
            case .hypervisorFailed: return .failed(error.detail ?? "")
            default: return .present
            }
        }
    }
}
