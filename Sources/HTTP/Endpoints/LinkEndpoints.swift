internal import Control
internal import Model
internal import VMSAPI

extension ServerEndpoints {
    var linkEndpoints: [Endpoint] {
        [
            Endpoint(SetLinkConditions.self) { request throws(Refusal) in
                let wish = try ChangeLinkConditions.Wish(request)
                var response = SetLinkConditionsResponse()
                (response.operation, response.link) = try await change(
                    request.link, of: request.networkName, wish, for: SetLinkConditions.name, request.async)
                return response
            },
            Endpoint(BreakLink.self) { request throws(Refusal) in
                var response = BreakLinkResponse()
                (response.operation, response.link) = try await change(
                    request.link, of: request.networkName, .down, for: BreakLink.name, request.async)
                return response
            },
            Endpoint(MendLink.self) { request throws(Refusal) in
                var response = MendLinkResponse()
                (response.operation, response.link) = try await change(
                    request.link, of: request.networkName, .up, for: MendLink.name, request.async)
                return response
            },
        ]
    }

    private func change(
        _ link: String, of network: String, _ wish: ChangeLinkConditions.Wish, for service: String, _ isAsync: Bool?
    ) async throws(Refusal) -> (operation: String?, link: NetworkLink?) {
        let done = try await networks.setConditions(
            of: link, in: network, wish, for: service, waits: !(isAsync ?? false))
        return (done.operation?.text, NetworkLink(done.link))
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
