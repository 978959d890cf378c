internal import Model

/// How long steps take on simulated hosts: about what they take where processors have virtualisation and hosts a link of
/// 1 Gbit/s. The figures are chosen, not measured.
package struct SimulatedPace: Sendable, Equatable {
    /// How many times as fast as real hosts.
    package var speed: Double

    /// - Parameter speed: above zero.
    package init(speed: Double) { self.speed = speed }

    /// Bytes a second between this server and a host, and between hosts.
    static let bytesPerSecond: Int64 = 125_000_000

    /// A time on real hosts, as it passes here.
    package func scaled(_ time: Duration) -> Duration { time / speed }

    /// How long a step takes on a real host.
    ///
    /// - Parameters:
    ///   - memoryMiB: of the machine that a move copies.
    ///   - bytesPerSecond: at which files arrive on the host.
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
