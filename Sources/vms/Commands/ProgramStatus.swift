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
}
