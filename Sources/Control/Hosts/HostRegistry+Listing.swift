package import Model

extension HostRegistry.Line: Listed {
    package var place: [String] { [host.name] }

    package func values(of key: String) -> [ListValue] {
        switch key {
        case "name": [.text(host.name)]
        case "state": condition.map { [.text($0.state.rawValue)] } ?? []
        case "maintenance": [.text(host.maintenance == nil ? "false" : "true")]
        default: []
        }
    }
}
