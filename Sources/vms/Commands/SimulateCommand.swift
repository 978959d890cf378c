internal import ArgumentParser
internal import VMSAPI
internal import VMSClient

/// `vms simulate …`: what goes wrong in a server that simulates its hosts.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Disturb a server that runs with --simulate: lose hosts, break links, fail steps; play a script.",
        subcommands: [
            VerbCommand<SimulationStatus>.self, VerbCommand<SimulationSpeedSet>.self, VerbCommand<HostLost>.self,
            VerbCommand<HostRestored>.self, VerbCommand<HostsRestarted>.self, VerbCommand<HostsCut>.self,
            VerbCommand<HostsJoined>.self, VerbCommand<LinkBroken>.self, VerbCommand<LinkMended>.self,
            VerbCommand<TransfersSlowed>.self, VerbCommand<PoolFilled>.self, VerbCommand<StepFailed>.self,
            VerbCommand<FaultsDrawn>.self, VerbCommand<FaultsCleared>.self, SimulationScriptCommand.self,
            SimulationPlayCommand.self,
        ])
}

enum SimulationStatus: VerbName {
    static var verb: Verb { Verb(path: ["simulate", "status"], service: GetSimulation.self) }
}

enum SimulationSpeedSet: VerbName {
    static var verb: Verb { Verb(path: ["simulate", "speed"], service: SetSpeed.self, positions: ["speed"]) }
}

enum HostLost: VerbName {
    static var verb: Verb { Verb(path: ["simulate", "lose-host"], service: LoseHost.self, positions: ["phyServer"]) }
}

enum HostRestored: VerbName {
    static var verb: Verb {
        Verb(path: ["simulate", "restore-host"], service: RestoreHost.self, positions: ["phyServer"])
    }
}

enum HostsRestarted: VerbName {
    static var verb: Verb {
        Verb(path: ["simulate", "restart-hosts"], service: RestartHosts.self, positions: ["phyServer"])
    }
}

enum HostsCut: VerbName {
    static var verb: Verb {
        Verb(path: ["simulate", "cut-hosts"], service: CutHosts.self, positions: ["phyServer", "other"])
    }
}

enum HostsJoined: VerbName {
    static var verb: Verb {
        Verb(path: ["simulate", "join-hosts"], service: JoinHosts.self, positions: ["phyServer", "other"])
    }
}

enum LinkBroken: VerbName {
    static var verb: Verb {
        Verb(
            path: ["simulate", "break-link"], service: BreakLink.self, positions: ["networkName", "link", "kind"])
    }
}

enum LinkMended: VerbName {
    static var verb: Verb {
        Verb(path: ["simulate", "mend-link"], service: MendLink.self, positions: ["networkName", "link"])
    }
}

enum TransfersSlowed: VerbName {
    static var verb: Verb {
        Verb(path: ["simulate", "slow-transfers"], service: SlowTransfers.self, positions: ["phyServer", "mbit"])
    }
}

enum PoolFilled: VerbName {
    static var verb: Verb {
        Verb(path: ["simulate", "fill-pool"], service: FillPool.self, positions: ["phyServer", "freeMiB"])
    }
}

enum StepFailed: VerbName {
    static var verb: Verb {
        Verb(
            path: ["simulate", "fail-step"], service: SetFaults.self, positions: ["phyServer", "number", "moment"],
            inside: "fault", about: "Lets one of a host's next steps go wrong, in place of all that were to.")
    }
}

enum FaultsDrawn: VerbName {
    static var verb: Verb { Verb(path: ["simulate", "draw-faults"], service: DrawFaults.self, positions: ["seed"]) }
}

enum FaultsCleared: VerbName {
    static var verb: Verb { Verb(path: ["simulate", "clear-faults"], service: ClearFaults.self) }
}
