import Testing

@testable import Model

@Suite("The choice of a storage pool") struct PoolChoiceTests {
    private func pool(_ name: String, _ type: String? = "dir", left: Int64 = 100, writable: Bool? = true)
        -> HostSurvey.Pool
    {
        var pool = HostSurvey.Pool(name: name, path: "/\(name)", available: left)
        (pool.type, pool.isWritable) = (type, writable)
        return pool
    }

    private func names(
        _ pools: [HostSurvey.Pool], requested: String? = nil, setting: String? = nil, kept: String? = nil
    )
        throws -> [String]
    {
        try PoolChoice(of: pools, requested: requested, setting: setting, kept: kept).pools.map(\.name)
    }

    @Test(
        "'default' first, then pools with more free space; none that is read-only, on a file server, or for ISO images")
    func order() throws {
        let pools = [
            pool("a"), pool("b", left: 200), pool("default", left: 1), pool("ro", writable: false),
            pool("nas", "netfs"),
            pool("iso"), pool("my-ISO.files"), pool("vg", "logical"), pool("isolated", left: 1),
        ]
        #expect(try names(pools) == ["default", "b", "a", "isolated"])
        let others = try PoolChoice(of: pools).others.map(\.name)
        #expect(others == ["ro", "nas", "iso", "my-ISO.files", "vg"])
        #expect(try names([pool("x", nil, writable: nil)]) == ["x"], "an unknown property is no obstacle")
    }

    @Test("the request's pool precedes the host's, and both precede our choice; a machine keeps its own")
    func named() throws {
        let pools = [pool("default"), pool("a"), pool("nas", "netfs")]
        #expect(try names(pools, setting: "nas") == ["nas"])
        #expect(try names(pools, requested: "a", setting: "nas") == ["a"])
        #expect(try names(pools, kept: "nas") == ["nas", "default", "a"])
        #expect(try names(pools, kept: "gone") == ["default", "a"])
    }

    private func refusal(_ body: () throws -> Void) -> Refusal? {
        do {
            try body()
            return nil
        } catch {
            return error as? Refusal
        }
    }

    @Test("an impossible choice is refused with the reason")
    func refused() {
        let pools = [pool("default", writable: false), pool("vg", "logical")]
        let none = refusal { _ = try names(pools) }
        #expect(none?.code == .poolNotFound)
        #expect(
            none?.reason.contains("default cannot be written") == true && none?.reason.contains("vg is of type") == true
        )
        let unknown = refusal { _ = try names(pools, requested: "nowhere") }
        #expect(unknown?.subject == .pool && unknown?.reason.contains("default, vg") == true)
        #expect(refusal { _ = try names(pools, setting: "vg") }?.subject == .storagePool)
        #expect(refusal { _ = try names([]) }?.code == .poolNotFound)
    }
}
