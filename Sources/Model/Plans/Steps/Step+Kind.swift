internal import FoundationEssentials

extension Step {
    /// The action of a step, without its object; the raw value is the step's name in journals, progress and
    /// answers.
    package enum Kind: String, Sendable, CaseIterable {
        case sendImage
        case sweepImages
        case createDisk
        case writeSeed
        case checkAddressFree
        case defineMachine = "define"
        case startMachine = "start"
        case restoreMachine = "restore"
        case dropSavedMemory
        case pauseMachine = "pause"
        case resumeMachine = "resume"
        case proveAddress
        case proveStack
        case shutdownMachine = "shutdown"
        case stopMachine = "stop"
        case undefineMachine = "undefine"
        case removeVolume
        case setScheduler
        case markMachine = "mark"
        case makeSegment
        case removeSegment
        case reshapeSegment
        case rebuildMachine = "rebuild"
        case parkMachine = "park"
        case moveMachine = "move"
        case proveLink
        case proveReach
        case checkIdle
        case powerOff
    }

    package var kind: Kind {
        switch self {
        case .sendImage: .sendImage
        case .sweepImages: .sweepImages
        case .createDisk: .createDisk
        case .writeSeed: .writeSeed
        case .checkAddressFree: .checkAddressFree
        case .defineMachine: .defineMachine
        case .startMachine: .startMachine
        case .restoreMachine: .restoreMachine
        case .dropSavedMemory: .dropSavedMemory
        case .pauseMachine: .pauseMachine
        case .resumeMachine: .resumeMachine
        case .proveAddress: .proveAddress
        case .proveStack: .proveStack
        case .shutdownMachine: .shutdownMachine
        case .stopMachine: .stopMachine
        case .undefineMachine: .undefineMachine
        case .removeVolume: .removeVolume
        case .setScheduler: .setScheduler
        case .markMachine: .markMachine
        case .makeSegment: .makeSegment
        case .removeSegment: .removeSegment
        case .reshapeSegment: .reshapeSegment
        case .rebuildMachine: .rebuildMachine
        case .parkMachine: .parkMachine
        case .moveMachine: .moveMachine
        case .proveLink: .proveLink
        case .proveReach: .proveReach
        case .checkIdle: .checkIdle
        case .powerOff: .powerOff
        }
    }

    package var name: String { kind.rawValue }
}

extension Step {
    /// The changes that the store records together with the end of a step.
    func recordsWhenDone(on host: String, at time: Date) -> [RecordChange] {
        switch self {
        case .sendImage(let send): send.recordsWhenDone(on: host, at: time)
        case .moveMachine(let move): move.recordsThere
        default: []
        }
    }

    /// The changes that the store records once a step is undone.
    var recordsWhenUndone: [RecordChange] {
        if case .moveMachine(let move) = self { move.recordsBack } else { [] }
    }

    /// The machine or link part of an abandoned step that may still be on a host; `nil` if the step leaves
    /// nothing that could conflict with others.
    ///
    /// - Parameter machines: the machines that the plan creates.
    func remains(on host: String, of machines: [Machine], since time: Date) -> Abandoned? {
        switch self {
        case .makeSegment(let segment): segment.abandoned(on: host, since: time)
        case .defineMachine(let spec): spec.abandoned(on: host, of: machines, since: time)
        default: nil
        }
    }
}
