internal import VMSAPI

/// The program's exit status; `vms --help` documents it.
enum ProgramStatus: Int32 {
    case done = 0
    /// The server refused, or the operation failed.
    case fault = 1
    case usage = 2
    /// There was no answer, or one that is not from a Virtual Machine Server.
    case unreachable = 3
    /// `network diff`: there are differences.
    case differs = 4
    /// The caller's credential was refused, or its rights do not suffice.
    case denied = 5
    /// Ctrl-C during an operation that is followed; the operation continues.
    case interrupted = 130

    /// The status of a fault, by the table of codes; an unknown code of a newer server is an ordinary fault.
    init(faultCode: String?) {
        let status = faultCode.flatMap(FaultCode.init(rawValue:))?.entry.exitStatus
        self = status.flatMap(Self.init(rawValue:)) ?? .fault
    }
}
