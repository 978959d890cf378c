/// Keys to order and filter machines. `name` is the name in VMS, or the host's name for it if VMS has none.
public enum MachineKey: String, ListKey {
    case name, phyServer, state, memory, vcpus, managed, image, network

    public static var orders: [Self] { [.phyServer, .name, .state, .memory, .vcpus] }
    public static var terms: [Self] { [.name, .phyServer, .state, .managed, .image, .network] }

    public var values: [String]? {
        switch self {
        case .state: MachineState.allCases.map(\.rawValue)
        case .managed: ["true", "false"]
        default: nil
        }
    }
}

/// Keys to order and filter hosts.
public enum NodeKey: String, ListKey {
    case name, state, maintenance

    public static var orders: [Self] { [.name, .state] }

    public var values: [String]? {
        switch self {
        case .state: NodeState.allCases.map(\.rawValue)
        case .maintenance: ["true", "false"]
        case .name: nil
        }
    }
}

/// Keys to order and filter virtual networks; `phyServer` is one of their hosts.
public enum NetworkKey: String, ListKey {
    case name, phyServer, created

    public static var orders: [Self] { [.name, .created] }
    public static var terms: [Self] { [.name, .phyServer] }
}

/// Keys to order and filter images.
public enum ImageKey: String, ListKey {
    case name, os, arch, kernelVersion, stack, size

    public static var orders: [Self] { [.name, .os, .arch, .size] }
    public static var terms: [Self] { [.name, .os, .arch, .kernelVersion, .stack] }
}

/// Keys to order and filter operations.
public enum OperationKey: String, ListKey {
    case started, state, service, phyServer, vmName, networkName

    public static var orders: [Self] { [.started] }
    public static var terms: [Self] { [.state, .service, .phyServer, .vmName, .networkName] }

    public var values: [String]? { self == .state ? OperationState.allCases.map(\.rawValue) : nil }
}
