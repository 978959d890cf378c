/// The typed detail of every fault, and the body of every JSON error.
public struct VirtualMachineServerFault: Message {
    public var code = ""
    public var reason = ""
    public var service: String?
    public var field: String?
    public var value: String?
    public var phyServer: String?
    public var vmName: String?
    public var operation: String?

    public init() {}

    public static let schema = Schema<Self>("Why a service could not do what was asked.") {
        Field("code", \.code, "Stable code, such as outOfRange or machineNameTaken.")
        Field("reason", \.reason, "The reason in words, with the field, the value and what would be right.")
        Field("service", \.service, "The service that was called.")
        Field("field", \.field, "The field of the request that is wrong.")
        Field("value", \.value, "What that field held.")
        Field("phyServer", \.phyServer, "The host it concerns.")
        Field("vmName", \.vmName, "The virtual machine it concerns.")
        Field("operation", \.operation, "The operation's id, where one had begun.")
    }
}
