import Glibc
import Libvirt

/// Lists the domains of a host with state and memory, with the library `Libvirt` alone.
///
///     swift run list-domains                     # libvirt's test driver: no hypervisor, no root
///     swift run list-domains qemu:///system
@main
enum ListDomains {
    static func main() async {
        do {
            try await list(CommandLine.arguments.dropFirst().first ?? "test:///default")
        } catch {
            // A `LibvirtError`: libvirt's code and message, and the C function that failed.
            let words = "list-domains: \(error)\n"
            _ = write(STDERR_FILENO, words, words.utf8.count)
            exit(1)
        }
    }

    private static func list(_ uri: String) async throws {
        // libvirt's calls block. The library makes them on threads of its own, so this task only waits, and no longer
        // than the deadline. The program changes nothing, so a read-only connection suffices.
        let connection = try await Connection.open(uri, deadline: .seconds(10), readOnly: true)
        for identity in try await connection.domains() {
            guard let info = try await info(of: connection.domain(identity)) else { continue }
            print("\(identity.name)\t\(info.state)\t\(info.memoryKiB / 1024) MiB")
        }
        await connection.close()
    }

    /// Returns nil for a domain that was removed after the listing: a `Domain` holds no handle of libvirt, and each
    /// call looks the domain up by its UUID.
    private static func info(of domain: Domain) async throws -> DomainInfo? {
        do { return try await domain.info() } catch LibvirtError.Code.noDomain { return nil }
    }
}
