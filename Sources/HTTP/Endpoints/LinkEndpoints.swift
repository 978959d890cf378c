internal import Control
internal import Model
internal import VMSAPI

extension ServerEndpoints {
    var linkEndpoints: [Endpoint] {
        [
            Endpoint(SetLinkConditions.self) { request throws(Refusal) in
                let wish = try ChangeLinkConditions.Wish(request)
                let done = try await networks.setConditions(
                    of: request.link, in: request.networkName, wish, for: SetLinkConditions.name,
                    waits: !(request.async ?? false))
                var response = SetLinkConditionsResponse()
                (response.operation, response.link) = (done.operation?.text, NetworkLink(done.link))
                return response
            },
            Endpoint(BreakLink.self) { request throws(Refusal) in
                let done = try await networks.setConditions(
                    of: request.link, in: request.networkName, .down, for: BreakLink.name,
                    waits: !(request.async ?? false))
                var response = BreakLinkResponse()
                (response.operation, response.link) = (done.operation?.text, NetworkLink(done.link))
                return response
            },
            Endpoint(MendLink.self) { request throws(Refusal) in
                let done = try await networks.setConditions(
                    of: request.link, in: request.networkName, .up, for: MendLink.name,
                    waits: !(request.async ?? false))
                var response = MendLinkResponse()
                (response.operation, response.link) = (done.operation?.text, NetworkLink(done.link))
                return response
            },
        ]
    }
}

extension ChangeLinkConditions.Wish {
    /// - Throws: `outOfRange`.
    fileprivate init(_ wire: SetLinkConditions) throws(Refusal) {
        if let bandwidth = wire.bandwidth, (1..<8).contains(bandwidth) {
            throw Refusal(
                .outOfRange, .field("bandwidth"),
                "bandwidth is '\(bandwidth)': must be 0 for no limit, or at least 8 kbit/s", value: "\(bandwidth)")
        }
        self = .shape(
            bandwidthKbit: wire.bandwidth, delayMicroseconds: wire.delay.flatMap { Int64(nearest: $0 * 1000) },
            lossPercent: wire.loss)
    }
}

extension VMSAPI.LinkConditions {
    init(_ conditions: Model.LinkConditions) {
        self.init()
        down = conditions.isDown ? true : nil
        bandwidth = conditions.bandwidthKbit
        delay = conditions.delayMicroseconds.map { Double($0) / 1000 }
        loss = conditions.lossPercent
    }
}
