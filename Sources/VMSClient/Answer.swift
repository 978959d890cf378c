internal import VMSAPI

/// What came back over HTTP, before anything is believed of it.
struct Answer {
    var status: Int
    var type: String?
    var body: [UInt8]

    /// The response's object.
    ///
    /// - Throws: `fault` where the body is one, otherwise `notVMS`.
    func content(from server: String) throws(VMSClientError) -> WireValue {
        let value = try? JSONReader.value(of: body)
        if status == 200, let value, case .object = value { return value }
        if status != 200, let value, let fault = try? VirtualMachineServerFault(wire: value) { throw .fault(fault) }
        let start = FieldError.shortened(String(decoding: body.prefix(400), as: UTF8.self))
        throw .notVMS(server: server, what: "HTTP \(status) with \(type ?? "no content type"): \(start)")
    }
}
