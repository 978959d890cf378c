import CLibvirt

extension Domain {
    /// The scheduler's name: `credit2`, `credit`, `posix`, `fair` … (`virDomainGetSchedulerType`).
    public func schedulerType() async throws(LibvirtError) -> String {
        try await perform("virDomainGetSchedulerType") { domain throws(LibvirtError) in
            try take("virDomainGetSchedulerType", virDomainGetSchedulerType(domain, nil))
        }
    }

    /// The scheduler's parameters, for example `weight` and `cap` on Xen, `cpu_shares` on QEMU
    /// (`virDomainGetSchedulerParametersFlags`, or the call without flags where the driver has no other).
    public func schedulerParameters(scope: Scope = .current) async throws(LibvirtError) -> [String: TypedValue] {
        try await perform("virDomainGetSchedulerParametersFlags") { domain throws(LibvirtError) in
            var count: Int32 = 0
            _ = try take("virDomainGetSchedulerType", virDomainGetSchedulerType(domain, &count))
            guard count > 0 else { return [:] }
            let flags = try scope.flags(for: domain)
            var parameters = TypedParameters(capacity: count)
            if parameters.fill({ virDomainGetSchedulerParametersFlags(domain, $0, &$1, flags) }) >= 0 {
                return parameters.values
            }
            let error = LibvirtError.last("virDomainGetSchedulerParametersFlags")
            guard scope == .current, error.code.meansUnsupported else { throw error }
            try check(
                "virDomainGetSchedulerParameters",
                parameters.fill { virDomainGetSchedulerParameters(domain, $0, &$1) })
            return parameters.values
        }
    }

    /// Sets some of the scheduler's parameters (`virDomainSetSchedulerParametersFlags`, or the call without flags where
    /// the driver has no other). The other parameters do not change.
    /// - Throws: `.invalidArgument` for a name or type that the scheduler does not have.
    public func setSchedulerParameters(
        _ values: [String: TypedValue], scope: Scope = .everywhere
    ) async throws(LibvirtError) {
        _ = try await perform("virDomainSetSchedulerParametersFlags") { domain throws(LibvirtError) in
            try TypedParameters(values).use { pointer, count throws(LibvirtError) in
                do throws(LibvirtError) {
                    try scope.apply("virDomainSetSchedulerParametersFlags", to: domain) {
                        virDomainSetSchedulerParametersFlags(domain, pointer, count, $0)
                    }
                } catch LibvirtError.Code.noSupport {
                    try check(
                        "virDomainSetSchedulerParameters", virDomainSetSchedulerParameters(domain, pointer, count))
                }
            }
        }
    }
}
