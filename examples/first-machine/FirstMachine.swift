import Glibc
import VMSAPI
import VMSClient

/// Lists hosts and networks of a Virtual Machine Server, then creates and removes a machine, with the library
/// `VMSClient` alone. `VMSAPI` has the types of requests and responses.
///
///     vmsd serve --simulate hosts=3 &            # simulated hosts: no hypervisor, no root
///     swift run first-machine http://127.0.0.1:8080
@main
enum FirstMachine {
    static func main() async {
        do {
            let client = try VMSClient(server: CommandLine.arguments.dropFirst().first ?? "http://127.0.0.1:8080")
            do { try await work(client) } catch {
                try? await client.shutdown()
                throw error
            }
            // Closes the connections. To release a client without this call is an error of the program.
            try await client.shutdown()
        } catch {
            // A `VMSClientError`. The code of a `.fault` is stable: decide by it, not by the words.
            let words = "first-machine: \(error)\n"
            _ = write(STDERR_FILENO, words, words.utf8.count)
            exit(1)
        }
    }

    private static func work(_ client: VMSClient) async throws {
        let hosts = try await client.call(GetRegisteredNodes()).node
        for host in hosts { print("host \(host.nodeName): \(host.state?.rawValue ?? "unknown")") }
        for network in try await client.call(GetVirtualNetworks()).network {
            print("network \(network.networkName): \(network.router.count) routers, \(network.link.count) links")
        }
        guard let host = hosts.first(where: { $0.state == .up }) else { return print("no host is up") }

        // The response comes when the machine runs and answers at its address. Otherwise the server undoes everything,
        // and the call throws the reason.
        var create = CreateVirtualMachine()
        (create.phyServer, create.vmName, create.vmIP, create.vmRAM) = (host.nodeName, "first", "192.0.2.101", 96)
        let machine = try await client.call(create)
        print("machine first on \(host.nodeName): \(machine.vmIP ?? "") \(machine.macAddress ?? "")")

        var destroy = DestroyVirtualMachine()
        (destroy.phyServer, destroy.vmName) = (host.nodeName, "first")
        _ = try await client.call(destroy)
        print("machine first is removed")
    }
}
