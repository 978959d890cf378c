package import Model

extension Nodes.Line: Listed {
    package var place: [String] { [node.name] }

    package func values(of key: String) -> [ListValue] {
        switch key {
        case "name": [.text(node.name)]
        case "state": condition.map { [.text($0.state.rawValue)] } ?? []
        case "maintenance": [.text(node.maintenance == nil ? "false" : "true")]
        default: []
        }
    }
}
