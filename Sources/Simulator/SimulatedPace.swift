internal import Model

/// The durations of steps on simulated hosts: about those of hosts with hardware virtualisation and 1 Gbit/s links. The
/// figures are chosen, not measured.
package struct SimulatedPace: Sendable, Equatable {
    /// The speed relative to real hosts: 2 halves all durations.
    package var speed: Double

    /// - Parameter speed: above zero.
    package init(speed: Double) { self.speed = speed }

    /// The rate of transfers between this server and a host, and between hosts, in bytes per second.
    static let bytesPerSecond: Int64 = 125_000_000

    /// Converts a duration on real hosts to the duration in the simulation.
    package func scaled(_ time: Duration) -> Duration { time / speed }

    /// The duration of a step on a real host.
    ///
    /// - Parameters:
    ///   - memoryMiB: the memory of the machine that a migration copies, in MiB.
    ///   - bytesPerSecond: the rate of transfers to the host.
    static func time(of step: Step, memoryMiB: Int64, bytesPerSecond: Int64) -> Duration {
        switch step {
        case .sendImage(let send): .milliseconds(100) + copying(send.file.size, bytesPerSecond)
        case .moveMachine: .milliseconds(500) + copying(memoryMiB << 20, Self.bytesPerSecond)
        case .checkAddressFree, .proveLink, .restoreMachine: .seconds(1)
        case .startMachine, .parkMachine: .milliseconds(500)
        case .rebuildMachine(let rebuild): rebuild.restarts ? .milliseconds(700) : .milliseconds(200)
        case .proveAddress: .seconds(4)
        case .proveStack: .seconds(2)
        case .proveReach: .seconds(8)
        case .shutdownMachine: .seconds(3)
        case .powerOff: .seconds(5)
        case .createDisk, .makeSegment, .removeSegment, .reshapeSegment, .stopMachine, .sweepImages: .milliseconds(200)
        case .writeSeed, .defineMachine, .undefineMachine, .removeVolume, .setScheduler, .markMachine, .pauseMachine,
            .resumeMachine, .dropSavedMemory, .checkIdle:
            .milliseconds(100)
        }
    }

    private static func copying(_ bytes: Int64, _ bytesPerSecond: Int64) -> Duration {
        .seconds(Double(max(0, bytes)) / Double(max(1, bytesPerSecond)))
    }
}
