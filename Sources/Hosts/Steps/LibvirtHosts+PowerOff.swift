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
                throw Self.notOffered(host, "it does not tell when it was switched on")
            }
            guard !answer.isOurs(OwnMachine()) else { throw Self.notOffered(host, "it is this server's own machine") }
            guard answer.isWay else {
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

    /// libvirt numbers domains that run.
    static func checkIdle(_ connection: Connection) async throws {
        let running = try await connection.domains().filter {
            $0.id != nil && !MachineID($0.uuid.uuidString).isDomain0
        }
        guard let first = running.map(\.name).min() else { return }
        throw Refusal(.hostInUse, "machine '\(first)' was started on the host meanwhile; it stays up", machine: first)
    }

    /// Once the host was told, nothing can hold it up: a task that is cancelled waits all the same.
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

/// One host that is to be switched off. Every question is a connection of its own, so that none that is broken by the host's
/// end is waited for.
struct HostPower: Sendable {
    let host: Host
    let boot: HostBoot
    let targets: [SSHTarget]

    private enum Heard<Answer: Sendable> {
        /// No address answered anything.
        case silent
        /// Something answered, though not the question.
        case present
        /// The script failed, with what was said.
        case failed(String)
        case said(Answer)

        var isSilent: Bool { if case .silent = self { true } else { false } }
        var isSaid: Bool { if case .said = self { true } else { false } }
    }

    /// How often in a row nothing must be heard from a host that is to be taken for gone.
    private static let silences = 2

    /// Asks until the host is gone, or is another run of it, which was off in between.
    ///
    /// - Throws: `shutdownFailed`.
    func off(seconds: Int) async throws(Refusal) {
        let power = try PowerOff(boot)
        let end = ContinuousClock.now + .seconds(seconds)
        var (isTold, silences) = (false, 0)
        repeat {
            let isSilent: Bool
            if isTold {
                let heard = await ask(TellBoot())
                if case .said(let answer) = heard, let now = answer.boot, now != boot { return }
                isSilent = heard.isSilent
            } else {
                let heard = await ask(power)
                if try isAnother(heard) { return }
                isTold = heard.isSaid
                isSilent = heard.isSilent
            }
            silences = isSilent ? silences + 1 : 0
            guard silences < Self.silences else { return }
            try? await Task.sleep(for: .milliseconds(500))
        } while ContinuousClock.now < end
        throw failed("it still answers \(seconds) s after it was told to shut down")
    }

    /// Whether it is another run of the host; it goes down otherwise, or did not hear.
    private func isAnother(_ heard: Heard<PowerOff.Answer>) throws(Refusal) -> Bool {
        switch heard {
        case .silent, .present, .said(.going): return false
        case .said(.otherRun): return true
        case .said(.noWay): throw failed("it has nothing any more that would switch it off")
        case .said(.refused(let said)), .failed(let said): throw failed("it refused", said: said)
        }
    }

    private func failed(_ why: String, said: String = "") -> Refusal {
        let words = said.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(200)
        return Refusal(
            .shutdownFailed, "host '\(host.name)' was not shut down: \(why)" + (words.isEmpty ? "" : ": \(words)"),
            detail: said, host: host.name)
    }

    private func ask<Call: ScriptCall>(_ call: Call) async -> Heard<Call.Answer> {
        var heard = Heard<Call.Answer>.silent
        for target in targets {
            var target = target
            target.controlPath = nil
            target.connectSeconds = 4
            switch await ask(target, call) {
            case .silent: continue
            case .present: heard = .present
            case let answer: return answer
            }
        }
        return heard
    }

    private func ask<Call: ScriptCall>(_ target: SSHTarget, _ call: Call) async -> Heard<Call.Answer> {
        do throws(Refusal) {
            return .said(try await Shell.ssh(target).run(call, seconds: 15))
        } catch {
            switch error.code {
            case .hostUnreachable where SSHTarget.isSilence(error.detail ?? ""): return .silent
            // The script itself: ssh's own failures are another code.
            case .hypervisorFailed: return .failed(error.detail ?? "")
            default: return .present
            }
        }
    }
}
