/// Takes over a machine that VMS did not create.
public struct AdoptVirtualMachine: Service {
    public typealias Response = AdoptVirtualMachineResponse

    public var phyServer = ""
    public var vmName = ""

    public init() {}

    public static let access = Access<Self>(.admin, on: .server)

    public static let schema = Schema<Self>(
        "Takes over a machine that VMS did not create: from then on VMS may shut it down, start and destroy it. Its disks stay when it is destroyed."
    ) {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("vmName", \.vmName, "Name of the virtual machine.", .alias("VMName"), .maxLength(255))
    }
}

/// The response of `adoptVirtualMachine`.
public struct AdoptVirtualMachineResponse: Message {
    public var result = "SUCCESS"

    public init() {}

    public static let schema = Schema<Self>("The machine is managed by VMS.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")

    }
}
