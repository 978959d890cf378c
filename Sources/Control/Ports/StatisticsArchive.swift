package import Model

/// The port to the file of statistics over time. It may lose what it has: nothing else depends on it.
package protocol StatisticsArchive: Sendable {
    /// The steps for a number of objects, within the file's limit.
    func steps(forObjects count: Int) -> [SeriesStep]

    /// Writes points. A point replaces the one that is as many steps older as are kept.
    ///
    /// - Throws: `storeFailed`, `storageFull`.
    func append(_ points: [SeriesBuckets.Closed]) async throws(Refusal)

    /// Points from a time on, oldest first.
    ///
    /// - Parameter from: seconds since 1970.
    /// - Throws: `storeFailed`.
    func points(of object: SeriesObject, _ step: SeriesStep, from: Int64) async throws(Refusal) -> [SeriesPoint]

    /// Removes the points of other steps and of other objects.
    ///
    /// - Throws: `storeFailed`, `storageFull`.
    func tidy(_ steps: [SeriesStep], objects: Set<SeriesObject>) async throws(Refusal)

    /// The totals of machines that were saved.
    ///
    /// - Throws: `storeFailed`.
    func totals() async throws(Refusal) -> [MachineID: MachineTotals]

    /// Saves the totals of machines, and removes those of others.
    ///
    /// - Parameter gone: machines that do not exist any more.
    /// - Throws: `storeFailed`, `storageFull`.
    func save(_ totals: [MachineID: MachineTotals], gone: Set<MachineID>) async throws(Refusal)
}
