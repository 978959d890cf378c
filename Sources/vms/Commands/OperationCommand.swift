internal import ArgumentParser
internal import VMSAPI

/// `vms operation …`: changes that run or have run.
struct OperationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operation", abstract: "Operations: list, show, watch, cancel, resolve.",
        subcommands: [
            VerbCommand<OperationList>.self, VerbCommand<OperationShow>.self, VerbCommand<OperationWatch>.self,
            VerbCommand<OperationCancel>.self, VerbCommand<OperationResolve>.self,
        ])
}

enum OperationList: VerbName {
    static var verb: Verb { Verb(path: ["operation", "list"], service: ListOperations.self) }
}

enum OperationShow: VerbName {
    static var verb: Verb {
        Verb(path: ["operation", "show"], service: GetOperation.self, positions: ["operation"])
    }
}

enum OperationWatch: VerbName {
    static var verb: Verb {
        Verb(
            path: ["operation", "watch"], service: GetOperation.self, positions: ["operation"], way: .watch,
            about: "Follows an operation to its end.")
    }
}

enum OperationCancel: VerbName {
    static var verb: Verb {
        Verb(path: ["operation", "cancel"], service: CancelOperation.self, positions: ["operation"])
    }
}

enum OperationResolve: VerbName {
    static var verb: Verb {
        Verb(path: ["operation", "resolve"], service: ResolveOperation.self, positions: ["operation", "resolution"])
    }
}
