import CLibvirt
import Testing

@testable import Libvirt

/// Numbers from an untrusted libvirtd: none of them ends the caller.
@Suite struct ForeignFigureTests {
    @Test(
        "at most as many parameters as there is space for are read, whatever the host claims",
        arguments: [Int32.min, -1, 0, 1, 2, .max])
    func claimedParameters(used: Int32) {
        var parameters = TypedParameters(capacity: 2)
        let result = parameters.fill { pointer, count in
            pointer?[0].type = Int32(VIR_TYPED_PARAM_ULLONG.rawValue)
            pointer?[0].value.ul = .max
            count = used
            return 0
        }
        #expect(result == 0 && parameters.values.count <= 1)
    }

    @Test("no space is allocated for more parameters than any scheduler has", arguments: [Int32.min, -1, 0, .max])
    func claimedRoom(capacity: Int32) {
        var parameters = TypedParameters(capacity: capacity)
        var room: Int32 = -1
        _ = parameters.fill { _, count in
            room = count
            return -1
        }
        #expect((0...4096).contains(room) && parameters.values.isEmpty)
    }

    @Test("an array with a negative count is empty")
    func negative() {
        #expect(TypedParameters(taking: nil, count: -1).values.isEmpty)
    }

    @Test("a stream's holes stay within the length of a file")
    func holes() throws {
        #expect(try ahead(5, by: 3) == 8 && ahead(0, by: .max) == UInt64(Int64.max))
        for (offset, length) in [(UInt64(0), Int64(-1)), (1, .max), (UInt64.max, 1), (0, .min)] {
            #expect { try ahead(offset, by: length) } throws: { ($0 as? LibvirtError)?.code == .overflow }
        }
    }
}
