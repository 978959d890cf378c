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

    public static let schema = Schema<Self>("The reason why a service failed or refused a request.") {
        Field("code", \.code, "Stable code, such as outOfRange or machineNameTaken.")
        Field("reason", \.reason, "The reason in words, with the field, its value and the values that would be right.")
        Field("service", \.service, "The service that was called.")
        Field("field", \.field, "The wrong field of the request.")
        Field("value", \.value, "The value of that field.")
        Field("phyServer", \.phyServer, "The host it concerns.")
        Field("vmName", \.vmName, "The virtual machine it concerns.")
        Field("operation", \.operation, "The operation's id, if one had begun.")
    }
}
