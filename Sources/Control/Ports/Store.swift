package import Model

/// The port to what is remembered. Every method is one transaction: whole, or not at all.
///
/// Methods throw `storeFailed` when the store cannot be read or written.
package protocol Store: Sendable {
    /// One consistent read of everything that planners ask for.
    func fleet() async throws(Refusal) -> Fleet

    /// - Throws: `hostNameTaken`, `machineNameTaken`, `addressTaken` when a record would stand twice; `imageNotOnHost`,
    ///   `imageInUse` as ``RecordChange`` says.
    func apply(_ changes: [RecordChange]) async throws(Refusal)

    /// Records an operation with its first journal entries and its plan's `atBegin`. Until this has returned, the
    /// operation does not exist.
    ///
    /// - Throws: `machineBusy` while another operation on the same machine is unfinished; `hostShutDown` for one on a host
    ///   that was shut down, `hostInUse` for one that shuts down a host which another uses; what ``apply(_:)`` throws.
    func begin(_ operation: Operation, _ entries: [JournalEntry]) async throws(Refusal)

    /// Appends journal entries and writes the operation as it stands after them, with the changes that go with them.
    /// Durable when it returns.
    func record(_ entries: [JournalEntry], of operation: Operation, _ changes: [RecordChange]) async throws(Refusal)

    /// An operation with its plan.
    func operation(_ id: OperationID) async throws(Refusal) -> Operation?

    func summary(of id: OperationID) async throws(Refusal) -> OperationSummary?

    /// By the keys `state`, `service`, `phyServer`, `vmName` and `networkName`, and in the order of their begin: newest
    /// first, unless the query names `started` as its key.
    func summaries(_ query: ListQuery) async throws(Refusal) -> ListPage<OperationSummary>

    /// Those that have not ended, oldest first. It costs no reading, however large their plans are.
    func unfinished() async throws(Refusal) -> [UnfinishedOperation]

    /// Records events and gives each its number.
    func note(_ events: [HostEvent]) async throws(Refusal)

    /// Those with a higher number, oldest first, of one host or of all.
    ///
    /// - Parameter newest: whether the limit leaves out the oldest, instead of the newest.
    func events(after number: Int64, host: String?, limit: Int, newest: Bool) async throws(Refusal) -> [HostEvent]

    /// Those that are running or undoing, with their plans, oldest first: what a crash interrupted. One that cannot be read
    /// is a refusal, and keeps no other from being finished.
    func interrupted() async throws(Refusal) -> [Result<Operation, Refusal>]
}
