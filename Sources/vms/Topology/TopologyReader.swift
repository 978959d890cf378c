internal import VMSAPI
internal import Yams

/// Reads a topology file's tree and reports every error in it.
struct TopologyReader {
    private let scalars: TopologyScalars
    private(set) var problems: TopologyProblems

    private static let routerKeys = [
        "host", "ram", "vcpus", "weight", "cap", "image", "os", "arch", "kernelVersion", "stack", "description",
    ]
    private static let imageKeys: Set = ["image", "os", "arch", "kernelVersion", "stack"]

    init(source: String, problems: TopologyProblems) {
        scalars = TopologyScalars(source: source)
        self.problems = problems
    }

    /// Reads the network; ``problems`` has the errors of the parts that are left out.
    ///
    /// - Parameter fileName: the network's name where the file has none.
    mutating func topology(_ root: Yams.Node, named fileName: String?) -> Topology {
        var topology = Topology(name: fileName)
        let members = members(
            of: root, "the file", ["network", "defaults", "routers", "links"], expected: "routers and links",
            leavingAside: "x-")
        if let network = members.first(where: { $0.name == "network" })?.value {
            topology.name = name(network, "network")
        } else if let fileName, !TopologyScalars.isName(fileName) {
            problems.add(
                "the file's name '\(fileName.visible)' is not a valid name of a network; set one with 'network: NAME', "
                    + TopologyScalars.nameRule, at: (1, 1))
        }
        let defaults = members.first { $0.name == "defaults" }.map {
            self.members(
                of: $0.value, "defaults", Self.routerKeys.filter { $0 != "description" },
                expected: "values for every router, such as {stack: rip, ram: 96}")
        }
        if let routers = members.first(where: { $0.name == "routers" }) {
            topology.routers = named(routers.value, "routers", "router").map {
                router(named: $0, otherwise: defaults ?? [])
            }
            if topology.routers.isEmpty && problems.isEmpty {
                problems.add("routers is empty; a network needs at least one, such as 'r1:'", at: routers.value)
            }
        } else if problems.isEmpty {
            problems.add("there is no key 'routers'; a network needs at least one router", at: root)
        }
        let routers = topology.routers.map(\.name)
        let known = Set(routers)
        if let links = members.first(where: { $0.name == "links" })?.value {
            topology.links = named(links, "links", "link").map { link(named: $0, routers, known) }
        }
        return topology
    }

    // MARK: - Parts

    private mutating func router(named member: Member, otherwise defaults: [Member]) -> NetworkRouter {
        var router = NetworkRouter()
        router.name = member.name
        let place = "routers.\(member.name)"
        let own = members(
            of: member.value, place, Self.routerKeys, expected: "its values, such as {host: h1, ram: 96}")
        // An image is chosen as a whole: by the router's own keys or by those of the defaults.
        let choosesImage = own.contains { Self.imageKeys.contains($0.name) }
        let inherited = defaults.filter { other in
            !own.contains { $0.name == other.name } && !(choosesImage && Self.imageKeys.contains(other.name))
        }
        for (member, place) in own.map({ ($0, place) }) + inherited.map({ ($0, "defaults") }) {
            let subject = "\(place).\(member.name)"
            switch member.name {
            case "host": router.phyServer = text(member.value, subject)
            case "ram": router.vmRAM = integer(member.value, subject, NetworkRouter.field("vmRAM"))
            case "vcpus":
                router.vcpus = integer(member.value, subject, NetworkRouter.field("vcpus")).map { Int32(clamping: $0) }
            case "weight": router.weight = integer(member.value, subject, NetworkRouter.field("weight"))
            case "cap": router.cap = integer(member.value, subject, NetworkRouter.field("cap"))
            case "image": router.image = text(member.value, subject)
            case "os": router.os = text(member.value, subject)
            case "arch": router.arch = text(member.value, subject)
            case "kernelVersion": router.kernelVersion = text(member.value, subject)
            case "stack": router.stack = text(member.value, subject)
            default: router.description = text(member.value, subject)
            }
        }
        return router
    }

    private mutating func link(named member: Member, _ routers: [String], _ known: Set<String>) -> NetworkLink {
        var link = NetworkLink()
        link.name = member.name
        let place = "links.\(member.name)"
        let members = members(
            of: member.value, place, ["ends", "prefix", "mtu", "bandwidth", "delay", "loss"],
            expected: "its values, such as {ends: [r1, r2]}")
        for member in members {
            let subject = "\(place).\(member.name)"
            switch member.name {
            case "ends": link.end = ends(member.value, subject, routers, known)
            case "prefix": link.prefix = text(member.value, subject)
            case "bandwidth": link.bandwidth = integer(member.value, subject, NetworkLink.field("bandwidth"))
            case "delay": link.delay = number(member.value, subject, NetworkLink.field("delay"))
            case "loss": link.loss = number(member.value, subject, NetworkLink.field("loss"))
            default: link.mtu = integer(member.value, subject, NetworkLink.field("mtu")).map { Int32(clamping: $0) }
            }
        }
        if !members.contains(where: { $0.name == "ends" }) {
            problems.add("\(place) has no key 'ends'; give its routers as 'ends: [r1, r2]'", at: member.key)
        }
        return link
    }

    private mutating func ends(_ node: Yams.Node, _ subject: String, _ routers: [String], _ known: Set<String>)
        -> [LinkEnd]
    {
        var given: [(router: Yams.Node, address: Yams.Node?)]
        switch node {
        case .sequence(let list): given = list.map { ($0, nil) }
        case .mapping(let pairs): given = merged(pairs, subject).map { ($0.key, $0.value) }
        default: given = []
        }
        guard !given.isEmpty else {
            problems.add(
                "\(subject) is \(TopologyScalars.words(for: node)); must be its routers, such as [r1, r2], or with "
                    + "addresses, such as {r1: 10.0.9.1, r2: 10.0.9.2}", at: node)
            return []
        }
        var (ends, names): ([LinkEnd], Set<String>) = ([], [])
        for (router, address) in given {
            guard let name = name(router, subject) else { continue }
            if !known.contains(name) {
                let all = routers.isEmpty ? "there is none" : "there are \(routers.prefix(20).joined(separator: ", "))"
                let hint = hint(for: name, among: routers, otherwise: all)
                problems.add("\(subject): there is no router '\(name)'; \(hint)", at: router)
            }
            if !names.insert(name).inserted {
                problems.add("\(subject): '\(name)' is there twice; a router has one end on a link", at: router)
            }
            var end = LinkEnd()
            end.router = name
            if let address, !TopologyScalars.isNull(address) { end.address = text(address, "\(subject).\(name)") }
            ends.append(end)
        }
        return ends
    }

    // MARK: - Nodes

    private struct Member {
        var name: String
        var key: Yams.Node
        var value: Yams.Node
    }

    /// The members of a structure whose names the file's author chose.
    private mutating func named(_ node: Yams.Node, _ subject: String, _ one: String) -> [Member] {
        pairs(of: node, subject, expected: "each \(one) by its name").filter { member in
            name(member.key, "the name of a \(one)") != nil
        }
    }

    /// The members of a structure with fixed names.
    /// - Parameter prefix: the prefix of names for values that other parts of the file refer to (`*anchor`).
    private mutating func members(
        of node: Yams.Node, _ subject: String, _ known: [String], expected: String, leavingAside prefix: String? = nil
    ) -> [Member] {
        pairs(of: node, subject, expected: expected).filter { member in
            if known.contains(member.name) { return true }
            if let prefix, member.name.hasPrefix(prefix) { return false }
            let hint = hint(
                for: member.name, among: known, otherwise: "its keys are \(known.joined(separator: ", "))")
            problems.add("\(subject) has no key '\(member.name.visible)'; \(hint)", at: member.key)
            return false
        }
    }

    private mutating func pairs(of node: Yams.Node, _ subject: String, expected: String) -> [Member] {
        if TopologyScalars.isNull(node) { return [] }
        guard case .mapping(let pairs) = node else {
            problems.add("\(subject) is \(TopologyScalars.words(for: node)); must be \(expected)", at: node)
            return []
        }
        return merged(pairs, subject)
    }

    /// The members of a structure, including those of merge keys (`<<`): a name's own value has precedence, then the
    /// first of several merged structures.
    ///
    /// Source: YAML 1.1's merge key, yaml.org/type/merge.html.
    private mutating func merged(_ pairs: Yams.Node.Mapping, _ subject: String) -> [Member] {
        var (members, inherited): ([Member], [Member]) = ([], [])
        for (key, value) in pairs {
            guard case .scalar(let scalar) = key else {
                problems.add("\(subject) has \(TopologyScalars.words(for: key)) as a key; must be a name", at: key)
                continue
            }
            if scalar.style == .plain, scalar.string == "<<" {
                inherited += mergedMembers(value, subject)
            } else {
                members.append(Member(name: scalar.string, key: key, value: value))
            }
        }
        var known = Set(members.map(\.name))
        for member in inherited where known.insert(member.name).inserted { members.append(member) }
        return members
    }

    /// The members of one structure that is merged into another, or of several.
    private mutating func mergedMembers(_ node: Yams.Node, _ subject: String) -> [Member] {
        let structures: [Yams.Node] = if case .sequence(let list) = node { list.map { $0 } } else { [node] }
        var members: [Member] = []
        for structure in structures {
            guard case .mapping(let pairs) = structure else {
                problems.add(
                    "\(subject).<< is \(TopologyScalars.words(for: structure)); must be a structure or a list of such, "
                        + "as in '<<: *name'", at: structure)
                continue
            }
            members += merged(pairs, subject)
        }
        return members
    }

    /// Errors that are not shown need no nearest name.
    private func hint(for name: String, among names: [String], otherwise: String) -> String {
        problems.isLong ? otherwise : Nearest.suggestion(for: name, among: names, otherwise: otherwise)
    }

    private mutating func name(_ node: Yams.Node, _ subject: String) -> String? {
        accepted(scalars.name(node, subject), at: node)
    }

    private mutating func text(_ node: Yams.Node, _ subject: String) -> String? {
        accepted(scalars.text(node, subject), at: node)
    }

    private mutating func integer(_ node: Yams.Node, _ subject: String, _ field: FieldDescription?) -> Int64? {
        accepted(scalars.integer(node, subject, field), at: node)
    }

    private mutating func number(_ node: Yams.Node, _ subject: String, _ field: FieldDescription?) -> Double? {
        accepted(scalars.number(node, subject, field), at: node)
    }

    private mutating func accepted<Value>(_ result: Result<Value, UsageError>, at node: Yams.Node) -> Value? {
        switch result {
        case .success(let value): return value
        case .failure(let error):
            problems.add(error.description, at: node)
            return nil
        }
    }
}

extension Message {
    fileprivate static func field(_ name: String) -> FieldDescription? {
        description.fields.first { $0.name == name }
    }
}
