package import Model

/// The port to the store. Every method is one transaction.
///
/// Methods throw `storeFailed` if the store cannot be read or written.
package protocol Store: Sendable {
    /// One consistent read of all records that planners need.
    func fleet() async throws(Refusal) -> Fleet

    /// One consistent read of principals, teams, tokens and shares.
    func access() async throws(Refusal) -> AccessRecords

    /// Appends an entry to the audit.
    ///
    /// - Returns: its number. Durable when it returns.
    func audit(_ entry: AuditEntry) async throws(Refusal) -> Int64

    /// Lines of the audit with a number higher than `number`, oldest first.
    func auditLines(after number: Int64, limit: Int) async throws(Refusal) -> [AuditLine]

    /// Applies changes to the access records, all or none.
    ///
    /// - Parameter check: runs in the transaction, with the records before the changes; it may refuse them.
    /// - Throws: the refusal of `check`.
    func apply(
        _ changes: [AccessChange],
        check: @escaping @Sendable (AccessRecords, Fleet) throws(Refusal) -> Void
    ) async throws(Refusal)

    /// Applies changes to the records, all or none.
    ///
    /// - Throws: `hostNameTaken`, `machineNameTaken`, `addressTaken` if a record would exist twice; `imageNotOnHost`,
    ///   `imageInUse` as described in ``RecordChange``.
    func apply(_ changes: [RecordChange]) async throws(Refusal)

    /// Records an operation with its first journal entries and its plan's `atBegin`. Until this has returned, the
    /// operation does not exist.
    ///
    /// - Throws: `machineBusy` if another unfinished operation uses the same machine; `hostShutDown` if the operation
    ///   uses a host that was shut down; `hostInUse` if it shuts down a host that another operation uses; the errors of
    ///   ``apply(_:)``.
    /// - Parameter isLimited: whether the quota of what a team does applies; what it owns is always limited.
    func begin(_ operation: Operation, _ entries: [JournalEntry], isLimited: Bool) async throws(Refusal)

    /// The number of machines that count as moved by a team within the last hour.
    func moves(of team: TeamID) async throws(Refusal) -> Int64

    /// Appends journal entries, and writes the operation's new state and the changes that belong to the entries.
    /// Durable when it returns.
    func record(_ entries: [JournalEntry], of operation: Operation, _ changes: [RecordChange]) async throws(Refusal)

    /// An operation with its plan.
    func operation(_ id: OperationID) async throws(Refusal) -> Operation?

    func summary(of id: OperationID) async throws(Refusal) -> OperationSummary?

    /// Operations that match a query with the keys `state`, `service`, `phyServer`, `vmName` and `networkName`. They
    /// are ordered by their start: newest first, unless the query's sort key is `started`.
    ///
    /// - Parameter visible: what rights on the operations may depend on; `nil` for all operations.
    func summaries(
        _ query: ListQuery, of visible: OperationScope?
    ) async throws(Refusal) -> ListPage<OperationSummary>

    /// Unfinished operations, oldest first. Fast even if their plans are large: no plan is read.
    func unfinished() async throws(Refusal) -> [UnfinishedOperation]

    /// Records events and assigns each its number.
    func note(_ events: [HostEvent]) async throws(Refusal)

    /// Events with a number higher than `number`, oldest first, of one host or of all.
    ///
    /// - Parameter newest: whether the limit cuts off the oldest events instead of the newest.
    func events(after number: Int64, host: String?, limit: Int, newest: Bool) async throws(Refusal) -> [HostEvent]

    /// The numbers of the events that are stored; `nil` if there are none.
    func eventNumbers() async throws(Refusal) -> ClosedRange<Int64>?

    /// Sorted by name.
    func webhooks() async throws(Refusal) -> [Webhook]

    /// - Throws: `webhookNameTaken`, `tooMany`, `webhookNotFound`.
    func apply(_ change: WebhookChange) async throws(Refusal)

    /// Operations that a crash interrupted: all that are running or undoing, with their plans, oldest first. An
    /// operation that cannot be read is returned as a refusal, and does not prevent others from being finished.
    func interrupted() async throws(Refusal) -> [Result<Operation, Refusal>]
}
