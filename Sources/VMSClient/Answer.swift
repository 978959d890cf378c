internal import VMSAPI

/// What came back over HTTP, before anything is believed of it.
struct Answer {
    var status: Int
    var type: String?
    var body: [UInt8]

    /// The response's object.
    ///
    /// - Throws: `fault` where the body is one; `interrupted` for a proxy's word that it has no answer of the server;
    ///   otherwise `notVMS`.
    func content(from server: String) throws(VMSClientError) -> WireValue {
        let value = try? JSONReader.value(of: body)
        if status == 200, let value, case .object = value { return value }
        if status != 200, let value, let fault = try? VirtualMachineServerFault(wire: value) { throw .fault(fault) }
        // RFC 9110, 15.6.3-5: what was asked may have got there.
        if [502, 503, 504].contains(status) {
            throw .interrupted(server: server, why: "a proxy before it said HTTP \(status)")
        }
        let start = FieldError.shortened(String(decoding: body.prefix(400), as: UTF8.self))
        throw .notVMS(server: server, what: "HTTP \(status) with \(type ?? "no content type"): \(start)")
    }
}
