internal import Control
internal import Model
internal import VMSAPI

extension ServerEndpoints {
    var auditEndpoints: [Endpoint] {
        [
            Endpoint(GetAudit.self) { request throws(Refusal) in
                let lines = try await access.audit(after: request.after, limit: Int(clamping: request.limit))
                var response = GetAuditResponse()
                response.line = lines.map { VMSAPI.AuditLine($0) }
                return response
            }
        ]
    }
}

extension VMSAPI.AuditLine {
    fileprivate init(_ line: Model.AuditLine) {
        self.init()
        let entry = line.entry
        (number, time, moment) = (line.number, entry.time, entry.moment.rawValue)
        (service, user, token, address) = (entry.service, entry.user, entry.token?.text, entry.address)
        (object, reason, operation, outcome) = (entry.objects, entry.reason, entry.operation, entry.outcome)
        (begun, self.entry, digest) = (entry.begun, line.text, line.digest.text)
    }
}
