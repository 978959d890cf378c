import Foundation
import Testing
import VMSAPI

@testable import Control
@testable import Model

/// The list keys of the contract, compared with the values that rows have.
struct ListKeyTests {
    private func lacking<Key: ListKey>(_ keys: Key.Type, _ row: some Listed) -> [String] {
        Key.allCases.map(\.rawValue).filter { row.values(of: $0).isEmpty }
    }

    @Test("Rows have every key by which the contract orders or filters their list")
    func keys() throws {
        let time = Date(timeIntervalSince1970: 0)
        var machine = Machine(
            id: MachineID("id"), name: "r1", host: "h1", asked: .running, address: nil, mac: nil, bridge: nil,
            memoryMiB: 64, vcpus: 1, image: "rip", note: nil, created: time, volumes: [], adopted: false, bootSeconds: 1
        )
        machine.network = "n1"
        #expect(lacking(MachineKey.self, Machines.Line(host: "h1", asked: machine)) == [])
        let host = Model.Host(name: "h1", hostKey: nil, addresses: [], uri: nil, memoryMiB: nil)
        #expect(lacking(NodeKey.self, HostRegistry.Line(host: host, condition: HostCondition(.up, since: time))) == [])
        let router = Model.VirtualNetwork.Router(
            name: "r1", machine: MachineID("id"), host: "h1", bootSeconds: 1, convergeSeconds: 1)
        let network = Model.VirtualNetwork(
            id: NetworkID("id"), name: "n1", routers: [router], links: [], created: time)
        #expect(lacking(NetworkKey.self, network) == [])
        let image = Model.Image(
            name: "i", version: "1", os: "o", arch: "a", kernelVersion: "k", stacks: ["rip"], note: nil, boot: .disk,
            disk: nil, diskFormat: .raw, diskCapacity: 1, minimumMemoryMiB: 1, bootSeconds: 1, takesSeed: false)
        #expect(lacking(ImageKey.self, image) == [])
    }
}
