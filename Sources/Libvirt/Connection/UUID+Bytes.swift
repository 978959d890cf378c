import FoundationEssentials

extension UUID {
    /// Reads the 16 bytes that `fill` writes, a C call that answers -1 on failure.
    init(_ call: String, _ fill: (UnsafeMutablePointer<UInt8>) -> Int32) throws(LibvirtError) {
        var bytes = noUUID
        let result = withUnsafeMutableBytes(of: &bytes) { buffer in
            buffer.baseAddress.map { fill($0.assumingMemoryBound(to: UInt8.self)) } ?? -1
        }
        try check(call, result)
        self.init(uuid: bytes)
    }

    /// Lends the 16 bytes to a C call, for a look-up.
    func withBytes(_ lookUp: (UnsafePointer<UInt8>) -> OpaquePointer?) -> OpaquePointer? {
        withUnsafeBytes(of: uuid) { buffer in
            buffer.baseAddress.flatMap { lookUp($0.assumingMemoryBound(to: UInt8.self)) }
        }
    }
}

private let noUUID: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
