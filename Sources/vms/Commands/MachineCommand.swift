internal import ArgumentParser
internal import VMSAPI

/// `vms vm …`: the virtual machines.
struct MachineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vm",
        abstract:
            "Virtual machines: create, destroy, shutdown, start, pause, resume, migrate, status, list, adopt, scheduler.",
        subcommands: [
            VerbCommand<MachineCreate>.self, VerbCommand<MachineDestroy>.self, VerbCommand<MachineShutdown>.self,
            VerbCommand<MachineStart>.self, VerbCommand<MachinePause>.self, VerbCommand<MachineResume>.self,
            VerbCommand<MachineMigrate>.self, VerbCommand<MachineStatus>.self,
            VerbCommand<MachineList>.self,
            VerbCommand<MachineAdopt>.self, SchedulerCommand.self,
        ])
}

enum MachineCreate: VerbName {
    static var verb: Verb {
        Verb(
            path: ["vm", "create"], service: CreateVirtualMachine.self, positions: ["phyServer", "vmName"],
            way: .follow)
    }
}

enum MachineDestroy: VerbName {
    static var verb: Verb {
        Verb(
            path: ["vm", "destroy"], service: DestroyVirtualMachine.self, positions: ["phyServer", "vmName"],
            way: .follow)
    }
}

enum MachineShutdown: VerbName {
    static var verb: Verb {
        Verb(
            path: ["vm", "shutdown"], service: ShutdownVirtualMachine.self, positions: ["phyServer", "vmName"],
            way: .follow)
    }
}

enum MachineStart: VerbName {
    static var verb: Verb {
        Verb(
            path: ["vm", "start"], service: StartVirtualMachine.self, positions: ["phyServer", "vmName"],
            way: .follow)
    }
}

enum MachinePause: VerbName {
    static var verb: Verb {
        Verb(
            path: ["vm", "pause"], service: PauseVirtualMachine.self, positions: ["phyServer", "vmName"],
            way: .follow)
    }
}

enum MachineResume: VerbName {
    static var verb: Verb {
        Verb(
            path: ["vm", "resume"], service: ResumeVirtualMachine.self, positions: ["phyServer", "vmName"],
            way: .follow)
    }
}

enum MachineMigrate: VerbName {
    static var verb: Verb {
        Verb(
            path: ["vm", "migrate"], service: MigrateVirtualMachine.self,
            positions: ["sourcePhyServer", "destPhyServer", "vmName"])
    }
}

enum MachineStatus: VerbName {
    static var verb: Verb {
        Verb(path: ["vm", "status"], service: GetVirtualMachineStatus.self, positions: ["phyServer", "vmName"])
    }
}

enum MachineList: VerbName {
    static var verb: Verb {
        Verb(path: ["vm", "list"], service: ListVirtualMachines.self, positions: ["phyServer"])
    }
}

enum MachineAdopt: VerbName {
    static var verb: Verb {
        Verb(path: ["vm", "adopt"], service: AdoptVirtualMachine.self, positions: ["phyServer", "vmName"])
    }
}
