internal import Model

extension ControlContext {
    /// Asks, beside what else is asked, which of a machine's disks the host that it is to move to has as well.
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
