internal import Control
internal import Model
internal import VMSAPI

extension ServerEndpoints {
    var quotaEndpoints: [Endpoint] {
        [
            Endpoint(GetQuota.self) { request throws(Refusal) in
                var response = GetQuotaResponse()
                response.quota = try await limits(of: request.team)
                return response
            },
            Endpoint(SetQuota.self) { request throws(Refusal) in
                let given: [(WritableKeyPath<Quota, Int64?>, Int64?)] = [
                    (\.machines, request.machines), (\.vcpus, request.vcpus), (\.memoryMiB, request.memory),
                    (\.diskMiB, request.disk), (\.networks, request.networks),
                    (\.bandwidthKbit, request.bandwidth), (\.operations, request.operations),
                    (\.moves, request.moves),
                ]
                let names = QuotaName.all
                if let unknown = request.noLimit.first(where: { name in !names.contains { $0.name == name } }) {
                    let known = names.map(\.name).joined(separator: ", ")
                    throw Refusal(
                        .invalidValue, .noLimit, "\(.noLimit) is '\(unknown.shown)': must be one of \(known)",
                        value: unknown.shown)
                }
                try await access.setQuota(of: request.team) { quota in
                    for (path, value) in given { if let value { quota[keyPath: path] = value } }
                    for name in names where request.noLimit.contains(name.name) { quota[keyPath: name.limit] = nil }
                }
                var response = SetQuotaResponse()
                response.quota = try await limits(of: request.team)
                return response
            },
        ]
    }

    private func limits(of name: String) async throws(Refusal) -> [QuotaLimit] {
        let (team, usage, operations, moves) = try await access.usage(of: name)
        return QuotaName.all.map { row in
            var limit = QuotaLimit()
            (limit.name, limit.unit) = (row.name, row.unit)
            limit.limit = team.quota[keyPath: row.limit]
            limit.used =
                switch row.used {
                case .owned(let path): usage[keyPath: path]
                case .operations: operations
                case .moves: moves
                }
            return limit
        }
    }
}

/// The limits of a quota by their names on the wire.
private struct QuotaName {
    var name: String
    var limit: WritableKeyPath<Quota, Int64?>
    var used: Used
    var unit: String?

    enum Used {
        case owned(KeyPath<Usage, Int64>)
        case operations
        case moves
    }

    static var all: [QuotaName] {
        [
            QuotaName(name: "machines", limit: \.machines, used: .owned(\.machines)),
            QuotaName(name: "vcpus", limit: \.vcpus, used: .owned(\.vcpus)),
            QuotaName(name: "memory", limit: \.memoryMiB, used: .owned(\.memoryMiB), unit: "MiB"),
            QuotaName(name: "disk", limit: \.diskMiB, used: .owned(\.diskMiB), unit: "MiB"),
            QuotaName(name: "networks", limit: \.networks, used: .owned(\.networks)),
            QuotaName(name: "bandwidth", limit: \.bandwidthKbit, used: .owned(\.bandwidthKbit), unit: "kbit/s"),
            QuotaName(name: "operations", limit: \.operations, used: .operations),
            QuotaName(name: "moves", limit: \.moves, used: .moves),
        ]
    }
}
