internal import VMSAPI

/// The program's exit status; part of what `vms --help` promises.
enum ProgramStatus: Int32 {
    case done = 0
    /// The server refused, or the operation failed.
    case fault = 1
    case usage = 2
    /// Nothing answered, or something that is not a Virtual Machine Server.
    case unreachable = 3
    /// `network diff`: something differs.
    case differs = 4
    /// Ctrl-C while following an operation, which goes on.
    case interrupted = 130

    /// Of a fault, by the table of codes; a code that only a newer server has is a fault as any other.
    init(faultCode: String?) {
        let status = faultCode.flatMap(FaultCode.init(rawValue:))?.entry.exitStatus
        self = status.flatMap(Self.init(rawValue:)) ?? .fault
    }
}
