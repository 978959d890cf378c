internal import Model

extension ControlContext {
    /// Checks, in parallel with other queries, which of a machine's disks the destination host has as well.
    func sharedDisks(
        of machine: ObservedMachine, on source: Host, with destination: Host
    ) -> Task<Result<Set<String>, Refusal>, Never> {
        let (hypervisor, paths) = (hypervisor, machine.disks.compactMap(\.source))
        return Task {
            do throws(Refusal) {
                return .success(try await hypervisor.sharedDisks(paths, of: source, with: destination))
            } catch {
                return .failure(error)
            }
        }
    }
}
