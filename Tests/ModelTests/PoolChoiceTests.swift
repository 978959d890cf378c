import Testing

@testable import Model

@Suite("Which storage pool is taken") struct PoolChoiceTests {
    private func pool(_ name: String, _ type: String? = "dir", left: Int64 = 100, writable: Bool? = true)
        -> HostSurvey.Pool
    {
        var pool = HostSurvey.Pool(name: name, path: "/\(name)", available: left)
        (pool.type, pool.isWritable) = (type, writable)
        return pool
    }

    private func names(_ pools: [HostSurvey.Pool], asked: String? = nil, setting: String? = nil, kept: String? = nil)
        throws -> [String]
    {
        try PoolChoice(of: pools, requested: asked, setting: setting, kept: kept).pools.map(\.name)
    }

    @Test("'default' first, then those with more room; no read-only one, no file server's, none for ISO images")
    func order() throws {
        let pools = [
            pool("a"), pool("b", left: 200), pool("default", left: 1), pool("ro", writable: false),
            pool("nas", "netfs"),
            pool("iso"), pool("my-ISO.files"), pool("vg", "logical"), pool("isolated", left: 1),
        ]
        #expect(try names(pools) == ["default", "b", "a", "isolated"])
        let others = try PoolChoice(of: pools).others.map(\.name)
        #expect(others == ["ro", "nas", "iso", "my-ISO.files", "vg"])
        #expect(try names([pool("x", nil, writable: nil)]) == ["x"], "what nobody told is no hindrance")
    }

    @Test("the request's goes before the host's, and both before our choice; a machine's own is kept")
    func named() throws {
        let pools = [pool("default"), pool("a"), pool("nas", "netfs")]
        #expect(try names(pools, setting: "nas") == ["nas"])
        #expect(try names(pools, asked: "a", setting: "nas") == ["a"])
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

    @Test("what cannot be is refused with the reason")
    func refused() {
        let pools = [pool("default", writable: false), pool("vg", "logical")]
        let none = refusal { _ = try names(pools) }
        #expect(none?.code == .poolNotFound)
        #expect(
            none?.reason.contains("default cannot be written") == true && none?.reason.contains("vg is of type") == true
        )
        let asked = refusal { _ = try names(pools, asked: "nowhere") }
        #expect(asked?.subject == .pool && asked?.reason.contains("default, vg") == true)
        #expect(refusal { _ = try names(pools, setting: "vg") }?.subject == .storagePool)
        #expect(refusal { _ = try names([]) }?.code == .poolNotFound)
    }
}
