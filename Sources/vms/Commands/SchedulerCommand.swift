internal import ArgumentParser
internal import VMSAPI

/// `vms vm scheduler …`: how much CPU a machine may use.
struct SchedulerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scheduler", abstract: "How much CPU a machine may use: get, set, type.",
        subcommands: [
            VerbCommand<SchedulerGet>.self, VerbCommand<SchedulerSet>.self, VerbCommand<SchedulerType>.self,
        ])
}

enum SchedulerGet: VerbName {
    static var verb: Verb {
        Verb(
            path: ["vm", "scheduler", "get"], service: GetVirtualMachineSchedulerParameters.self,
            positions: ["phyServer", "vmName"])
    }
}

enum SchedulerSet: VerbName {
    static var verb: Verb {
        Verb(
            path: ["vm", "scheduler", "set"], service: SetVirtualMachineSchedulerParameters.self,
            positions: ["phyServer", "vmName"])
    }
}

enum SchedulerType: VerbName {
    static var verb: Verb {
        Verb(
            path: ["vm", "scheduler", "type"], service: GetVirtualMachineSchedulerType.self,
            positions: ["phyServer", "vmName"])
    }
}
