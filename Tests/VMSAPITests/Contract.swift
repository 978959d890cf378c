import VMSAPI

/// The contract's messages, with the information that tests need.
enum Contract {
    /// The structures inside requests and responses, and the fault.
    static let structures: [any Message.Type] = [
        Node.self, Phase.self, Interface.self, Disk.self, AskedMachine.self, MachineSummary.self,
        SchedulerParameter.self, Image.self, ImageFile.self, NewImageFile.self, MissingImageFile.self, ImageCopy.self,
        SweptImageCopy.self, ImageUpload.self, Operation.self, HostCheck.self, Event.self, VirtualNetwork.self,
        NetworkRouter.self,
        NetworkLink.self, LinkEnd.self, TopologyHost.self, HostInterface.self, HostBridge.self, PhysicalLink.self,
        PhysicalLinkEnd.self, PlannedStage.self, PlannedLane.self, NetworkChange.self, LinkLoss.self,
        EvacuatedMachine.self, LeftMachine.self, MovedMachine.self, NetworkLoss.self, RouterPlace.self,
        AbandonedPart.self, TeamRole.self, User.self, Team.self, AccessToken.self, NetworkShare.self, QuotaLimit.self,
        Webhook.self, TeamUse.self, LinkConditions.self,
        AuditLine.self, InterfaceStatistics.self, DiskStatistics.self, PoolStatistics.self, LinkStatistics.self,
        ConsoleEvent.self, SeriesPoint.self, HostLoad.self, MachineLoad.self, LinkLoad.self,
        VirtualMachineServerFault.self,
    ]

    static var messages: [any Message.Type] {
        structures + ServiceList.all.flatMap { [$0 as any Message.Type, response(of: $0)] }
    }

    private static func response<S: Service>(of service: S.Type) -> any Message.Type { S.Response.self }

    /// Returns the descriptions of a message and of all nested ones.
    static func below(_ description: MessageDescription) -> [MessageDescription] {
        [description]
            + description.fields.flatMap { field -> [MessageDescription] in
                if case .message(let inner) = field.kind { below(inner) } else { [] }
            }
    }

    /// Returns a message in which every field has a value of its own.
    static func filled(_ description: MessageDescription) -> WireValue {
        .object(
            description.fields.enumerated().map { number, field in
                let value: (Int) -> WireValue = { turn in
                    switch field.kind {
                    case .message(let inner): filled(inner)
                    case .scalar(let kind): scalar(kind, field, number * 10 + turn)
                    }
                }
                return .init(field.name, field.occurrence == .repeated ? .array([value(1), value(2)]) : value(1))
            })
    }

    private static func scalar(_ kind: ScalarKind, _ field: FieldDescription, _ number: Int) -> WireValue {
        if let words = kind.enumeration?.values { return .string(words.last ?? "") }
        if let example = kind.example { return .string(example) }
        switch kind.xsd {
        case "int", "long": return .number(String((field.range?.lowerBound ?? 0) + Int64(number)))
        case "double": return .number("\((field.range?.lowerBound ?? 0) + Int64(number % 40)).5")
        case "boolean": return .bool(true)
        case "dateTime": return .string("2026-01-31T12:00:\(10 + number % 40).500Z")
        case "base64Binary": return .string("AAEC")
        default: return .string("text \(number)")
        }
    }
}
