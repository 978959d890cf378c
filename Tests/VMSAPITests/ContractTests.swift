import Testing
import VMSAPI

struct ContractTests {
    @Test("The list of services; a published name stays")
    func names() {
        #expect(
            ServiceList.all.map { $0.name } == [
                "sanityTest", "registerNodes", "updateNode", "unregisterNodes", "getRegisteredNodes",
                "getPhysicalServerStatus", "getPhysicalServerStatistics", "endAbandoned",
                "setPhysicalServerMaintenance", "evacuatePhysicalServer", "shutdownPhysicalServer",
                "checkPhysicalServer", "getServerKey", "getEvents", "listLoads", "getTeamStatistics",
                "createVirtualMachine", "destroyVirtualMachine", "shutdownVirtualMachine", "startVirtualMachine",
                "pauseVirtualMachine", "resumeVirtualMachine",
                "adoptVirtualMachine", "migrateVirtualMachine", "getVirtualMachineStatus",
                "getVirtualMachineStatistics", "readConsole", "sendConsole", "listVirtualMachines",
                "getVirtualMachineSchedulerType", "getVirtualMachineSchedulerParameters",
                "setVirtualMachineSchedulerParameters", "planVirtualNetwork", "createVirtualNetwork",
                "applyVirtualNetwork", "destroyVirtualNetwork",
                "getVirtualNetworks", "getVirtualNetwork", "getVirtualNetworkStatistics", "verifyVirtualNetwork",
                "migrateVirtualNetwork", "setLinkConditions", "breakLink", "mendLink",
                "topologyDiscover",
                "getAvailableOSes",
                "getAvailableArch",
                "getAvailableKernelVersions", "listImages", "getImage", "addImage", "listImageUploads",
                "cancelImageUpload", "removeImage",
                "setDefaultImage",
                "tagImage", "sweepImages",
                "whoAmI", "addUser", "changeUser", "removeUser", "listUsers", "addTeam", "renameTeam", "removeTeam",
                "listTeams", "addToken", "listTokens", "revokeToken", "addLoginCode", "shareVirtualNetwork",
                "unshareVirtualNetwork",
                "listShares", "getAudit", "getQuota", "setQuota",
                "addWebhook", "listWebhooks", "resumeWebhook", "removeWebhook",
                "getOperation", "listOperations", "cancelOperation", "resolveOperation",
            ])
        #expect(Set(ServiceList.all.map { $0.name }).count == ServiceList.all.count)
    }

    @Test("A network is planned, created and applied with the same fields; only planning has no async")
    func planned() {
        func fields(_ service: any Service.Type, without others: String...) -> [String] {
            service.description.fields.filter { !others.contains($0.name) }.map { "\($0)" }
        }
        let created = fields(CreateVirtualNetwork.self, without: "async", "reason")
        #expect(fields(PlanVirtualNetwork.self, without: "abandon") == created)
        let applied = fields(ApplyVirtualNetwork.self, without: "async", "reason", "plan", "abandon")
        #expect(applied == created)
    }

    @Test("Every structure in a request or a response is among those that the other tests check")
    func structures() {
        let reached = Set(
            Contract.messages.flatMap { message in Contract.below(message.description).dropFirst().map(\.name) })
        let known = Set(Contract.structures.map { $0.description.name })
        #expect(reached.subtracting(known).isEmpty)
        #expect(known.subtracting(reached) == ["VirtualMachineServerFault"])
    }

    @Test("Every stored property has its field and every field its property", arguments: Contract.messages.indices)
    func properties(index: Int) {
        let message = Contract.messages[index].init()
        let properties = Mirror(reflecting: message).children.compactMap(\.label)
        let fields = Contract.messages[index].description.fields.map(\.name)
        // `default` is a keyword, so the property is `isDefault`.
        #expect(properties.map { $0 == "isDefault" ? "default" : $0.lowercased() } == fields.map { $0.lowercased() })
    }

    @Test("Every field reads and writes a property of its own", arguments: Contract.messages.indices)
    func fields(index: Int) throws {
        let wire = Contract.filled(Contract.messages[index].description)
        #expect(try Contract.messages[index].init(wire: wire, at: "").wireValue == wire)
    }

    @Test("No two fields of a message have a name in common", arguments: Contract.messages.indices)
    func uniqueNames(index: Int) {
        let names = Contract.messages[index].description.fields.flatMap { [$0.name] + $0.aliases }
        #expect(Set(names).count == names.count)
        let isXMLName = names.allSatisfy { name in
            name.first?.isLetter == true && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
        }
        #expect(isXMLName)
    }

    @Test("Every message and every field is documented in a sentence", arguments: Contract.messages.indices)
    func documented(index: Int) {
        let description = Contract.messages[index].description
        for text in [description.documentation] + description.fields.map(\.documentation) {
            #expect(text.count > 2)
            #expect(text.hasSuffix(".") || text.hasSuffix("…") || text.hasSuffix(")"), "\(text)")
        }
    }

    @Test("Every text in a request has a maximum length", arguments: ServiceList.all.indices)
    func limits(index: Int) {
        let fields = Contract.below(ServiceList.all[index].description).flatMap(\.fields)
        let unlimited = fields.filter { field in
            guard case .scalar(let kind) = field.kind else {
                return field.occurrence == .repeated && field.maxItems == nil
            }
            return kind.xsd == "string" && kind.enumeration == nil && field.maxLength == nil
        }
        // `Node.reason` occurs only in answers; in a request it is read and ignored.
        #expect(unlimited.map(\.name).filter { $0 != "reason" } == [])
    }
}
