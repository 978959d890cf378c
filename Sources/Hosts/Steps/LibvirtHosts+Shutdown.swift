internal import Libvirt
internal import Model

extension LibvirtHosts {
    /// Shuts a machine down. A guest that is still booting ignores the request, so it is repeated every two seconds.
    static func shutdown(_ domain: Domain, seconds: Int) async throws {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        var again = clock.now
        var complaint: LibvirtError?
        while try await domain.isActive() {
            guard clock.now < end else { throw await stillRuns(domain, after: seconds, complaint) }
            if clock.now >= again {
                complaint = try await ask(domain)
                again = clock.now + .seconds(2)
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Requests the shutdown. libxl waits up to a minute for the guest to react, and returns an error if it does not;
    /// QEMU returns immediately. In both cases only the end of the guest counts.
    ///
    /// - Returns: the error of the hypervisor.
    private static func ask(_ domain: Domain) async throws -> LibvirtError? {
        do {
            try await domain.shutdown()
            return nil
        } catch {
            switch error.code {
            case .operationInvalid: return nil  // it ended between the check and the request
            case .operationTimeout, .internalError, .operationFailed: return error
            default: throw error
            }
        }
    }

    private static func stillRuns(
        _ domain: Domain, after seconds: Int, _ complaint: LibvirtError?
    ) async -> Refusal {
        let (state, reason) = (try? await domain.state()) ?? (.noState, 0)
        let why =
            state == .paused
            ? "it is paused" + (PauseReason(reason).words.map { " (\($0))" } ?? "")
            : "it may ignore the request"
        return Refusal(
            .timedOut, .timeout,
            "the machine did not shut down within \(seconds) s; \(why): destroy it, or wait longer",
            detail: complaint.map { "\($0.call): \($0)" }, value: "\(seconds)")
    }
}
