internal import VMSAPI

/// An HTTP response, before its content is checked.
struct Answer {
    var status: Int
    var type: String?
    var body: [UInt8]

    /// The response's object.
    ///
    /// - Throws: `fault` if the body is one; `interrupted` if a proxy reports that the server did not answer; otherwise
    ///   `notVMS`.
    func content(from server: String) throws(VMSClientError) -> WireValue {
        let value = try? JSONReader.value(of: body)
        if status == 200, let value, case .object = value { return value }
        if status != 200, let value, let fault = try? VirtualMachineServerFault(wire: value) { throw .fault(fault) }
        // RFC 9110, 15.6.3-5: the request may have reached the server.
        if [502, 503, 504].contains(status) {
            throw .interrupted(server: server, why: "a proxy before it answered HTTP \(status)")
        }
        let start = FieldError.shortened(String(decoding: body.prefix(400), as: UTF8.self))
        throw .notVMS(server: server, what: "HTTP \(status) with \(type ?? "no content type"): \(start)")
    }
}
