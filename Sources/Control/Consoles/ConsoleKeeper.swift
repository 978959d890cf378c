internal import FoundationEssentials
internal import Logging
internal import Model

/// Keeps the console of a session open, on whatever host its machine is.
struct ConsoleKeeper: Sendable {
    private let session: ConsoleSession
    private let with: ControlContext

    init(_ session: ConsoleSession, _ context: ControlContext) { (self.session, with) = (session, context) }

    /// Runs until the session ends.
    func run() async {
        await open(on: nil)
        session.firstAttemptEnded()
        for await errand in session.errands {
            switch errand {
            case .open(let host):
                session.begins(errand)
                await open(on: host)
            case .endIfUnused(let uses):
                if session.end(ifUnusedSince: uses) { session.end() }
            }
        }
        with.consoles.remove(session)
        for link in session.takeLinks() { await link.close() }
    }

    /// - Parameter name: the host; `nil` for the machine's own, if no console is open.
    private func open(on name: String?) async {
        guard !session.isOpen(on: name) else { return }
        let host: Host
        do throws(Refusal) {
            let fleet = try await with.store.fleet()
            guard let machine = fleet.machine(session.machine) else { return session.end() }
            // A host may report any machine as its own: another one than the recorded has it only during a move.
            if let name, name != machine.host {
                guard await with.watch.isMoving(machine.id) else { return }
            }
            host = try fleet.host(name ?? machine.host)
        } catch {
            with.log.warning("a console's host could not be read: \(error.reason)")
            return session.tryAgain()
        }
        let number = session.opening(on: host.name)
        do throws(Refusal) {
            let link = try await with.hypervisor.openConsole(of: session.machine, on: host) { [session] in
                session.take($0, of: number)
            }
            if !session.didOpen(number, link) { await link.close() }
        } catch {
            session.didNotOpen(number, error.reason.description)
            with.log.debug(
                "a console could not be opened: \(error.reason)",
                metadata: ["host": "\(host.name)", "detail": "\(error.detail ?? "")"])
            if !session.isOpen(on: nil) { session.tryAgain() }
        }
    }
}
