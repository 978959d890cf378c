package import Control
package import Model
internal import Synchronization

/// Consoles of simulated machines: a line that is typed is echoed, and answered by a prompt. The line `flood N` is
/// answered by N bytes.
extension Simulator {
    package func openConsole(
        of machine: MachineID, on host: Host, _ report: @escaping @Sendable (ConsoleSignal) -> Void
    ) async throws(Refusal) -> any ConsoleLink {
        let domain = try answering(host).domains[machine]
        let isArriving = state.withLock { $0.arriving[host.name]?.contains(machine) ?? false }
        guard domain != nil || isArriving else {
            throw Refusal(.machineNotFound, "the host has no such machine", host: host.name)
        }
        guard domain?.isRunning ?? false || isArriving else {
            throw Refusal(.machineNotRunning, "the machine does not run", host: host.name)
        }
        let console = SimulatedConsole(machine: machine, report)
        state.withLock { $0.consoles[host.name, default: []].append(console) }
        return console
    }

    /// Ends the consoles of machines that do not run on a host any more, or all of its consoles if it is silent.
    func endConsoles(on host: String) {
        let ended = state.withLock { state -> [SimulatedConsole] in
            guard let open = state.consoles[host] else { return [] }
            let isSilent = state.silent[host] != nil
            let (gone, kept) = open.reduce(into: ([SimulatedConsole](), [SimulatedConsole]())) { parts, console in
                guard !console.isClosed else { return }
                let runs = state.hosts[host]?.domains[console.machine]?.isRunning ?? false
                let isArriving = state.arriving[host]?.contains(console.machine) ?? false
                if !isSilent, runs || isArriving { parts.1.append(console) } else { parts.0.append(console) }
            }
            state.consoles[host] = kept.isEmpty ? nil : kept
            return gone
        }
        for console in ended { console.end() }
    }

    /// Begins a migration on its destination, where the machine's console can be opened from then on.
    func beginArrival(of machine: MachineReference, on host: String) {
        let isLive = state.withLock { state in
            state.arriving[host, default: []].insert(machine.id)
            return state.isLive
        }
        if isLive { emit(host, .machine(machine.id, name: machine.name, .arriving)) }
    }

    func endArrival(of machine: MachineReference, on host: String) {
        state.withLock { state in
            state.arriving[host]?.remove(machine.id)
            if state.arriving[host]?.isEmpty ?? false { state.arriving[host] = nil }
        }
        endConsoles(on: host)
    }
}

/// A console of a simulated machine.
final class SimulatedConsole: ConsoleLink {
    let machine: MachineID
    private let report: @Sendable (ConsoleSignal) -> Void
    private let state = Mutex((line: [UInt8](), isClosed: false))
    private static let longestLine = 4096
    private static let longestFlood = 16 << 20

    init(machine: MachineID, _ report: @escaping @Sendable (ConsoleSignal) -> Void) {
        (self.machine, self.report) = (machine, report)
    }

    var isClosed: Bool { state.withLock(\.isClosed) }

    func send(_ bytes: [UInt8]) async throws(Refusal) {
        let answer = state.withLock { state -> [UInt8]? in
            guard !state.isClosed else { return nil }
            var answer: [UInt8] = []
            for byte in bytes where answer.count < Self.longestFlood {
                if byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") {
                    answer += Array("\r\n".utf8) + response(to: String(decoding: state.line, as: UTF8.self))
                    state.line = []
                } else {
                    answer.append(byte)
                    if state.line.count < Self.longestLine { state.line.append(byte) }
                }
            }
            return answer
        }
        guard let answer else { throw Refusal(.machineNotRunning, "the machine does not run") }
        report(.bytes(answer))
    }

    private func response(to line: String) -> [UInt8] {
        let words = line.split(separator: " ")
        var answer: [UInt8] = []
        if words.count == 2, words[0] == "flood", let count = Int(told: words[1], in: 0...Self.longestFlood) {
            answer = Array(repeating: UInt8(ascii: "."), count: count) + Array("\r\n".utf8)
        }
        return answer + Array("# ".utf8)
    }

    func close() async { state.withLock { $0.isClosed = true } }

    /// Ends the console as its host does.
    func end() {
        let wasOpen = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        if wasOpen { report(.ended) }
    }
}
