package import Control
internal import FoundationEssentials
internal import Libvirt
package import Model

extension LibvirtHosts {
    package nonisolated func openConsole(
        of machine: MachineID, on host: Host, _ report: @escaping @Sendable (ConsoleSignal) -> Void
    ) async throws(Refusal) -> any ConsoleLink {
        guard let uuid = UUID(uuidString: machine.text) else {
            throw Refusal(.machineNotFound, "the host has no such machine", host: host.name)
        }
        let connection = try await session(host).streams(.consoles, patience: access.patience)
        do {
            let domain = Domain(connection: connection, uuid: uuid, name: "")
            // Another call about a machine whose call hangs would hold one more of the few that a daemon serves at once.
            guard !connection.hangs(about: machine.text) else {
                throw LibvirtError(.operationTimeout, "an earlier call hangs", call: "virDomainOpenConsole")
            }
            let console = try await connection.concerning(machine.text) {
                try await domain.openConsole { report(ConsoleSignal($0)) }
            }
            return OpenConsole(console: console, host: host.name)
        } catch {
            guard let error = error as? LibvirtError else {
                throw Refusal(.internalError, "the console could not be opened", detail: "\(error)", host: host.name)
            }
            throw Refusal(console: error).at(host: host.name)
        }
    }
}

/// A console over a host's connection for consoles.
private struct OpenConsole: ConsoleLink {
    let console: DomainConsole
    let host: String

    func send(_ bytes: [UInt8]) async throws(Refusal) {
        do throws(LibvirtError) {
            try await console.send(bytes)
        } catch {
            throw Refusal(console: error).at(host: host)
        }
    }

    func close() async { await console.close() }
}

extension ConsoleSignal {
    fileprivate init(_ report: DomainConsole.Report) {
        self =
            switch report {
            case .bytes(let bytes): .bytes(bytes)
            case .ended: .ended
            }
    }
}

extension Refusal {
    fileprivate init(console error: LibvirtError) {
        switch error.code {
        case .operationInvalid, .operationAborted:
            self.init(.machineNotRunning, "the machine does not run", detail: "\(error.call): \(error)")
        case .operationFailed where error.message.contains("Active console session"):
            self.init(
                .machineBusy, "another program on the host has the machine's console open",
                detail: "\(error.call): \(error)")
        case .internalError where error.message.contains("cannot find character device"):
            self.init(.notOffered, "the machine has no console", detail: "\(error.call): \(error)")
        default: self.init(error)
        }
    }
}
