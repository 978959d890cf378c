import Model
import Simulator

@testable import Control

extension World {
    /// Deviations from the records: machines that run twice, nowhere or elsewhere, and anything on a host that is in no
    /// record.
    func disorder() async throws -> [String] {
        let fleet = try await store.fleet()
        var found: [String] = []
        for machine in fleet.machines {
            let runs = Self.hosts.filter { simulator.host($0).domains[machine.id]?.isRunning == true }
            if runs != [machine.host] { found.append("\(machine.name), recorded on \(machine.host), runs on \(runs)") }
        }
        for name in Self.hosts {
            let host = simulator.host(name)
            let own = fleet.machines.filter { $0.host == name }
            let images = fleet.imagesOnHosts.filter { $0.host == name }.map(\.volume)
            let links = fleet.networks.flatMap(\.links).flatMap(\.places).filter { $0.host == name }
            found += host.domains.keys.filter { id in !own.contains { $0.id == id } }.map { "\(name) has \($0.text)" }
            found += host.volumes.subtracting(own.flatMap(\.volumes) + images).map { "\(name) has \($0.name)" }
            found += host.segments.keys.filter { key in !links.contains { $0.bridge == key } }.map {
                "\(name) has \($0)"
            }
        }
        return found
    }
}
