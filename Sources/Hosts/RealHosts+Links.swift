package import Model

extension RealHosts {
    package nonisolated func links(on node: Node) async throws(Refusal) -> HostLinks {
        try await read(node) { [access] opened in
            guard let shell = opened.route.shell else {
                throw Refusal(
                    .notOffered, "this host's network devices cannot be looked at: no program can be run on it")
            }
            return LinksReading(try await shell.run(.links, [], seconds: access.scriptSeconds)).links
        }
    }
}
