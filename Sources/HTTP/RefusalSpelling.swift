internal import Model

extension Refusal.Words {
    /// The words as callers read them, with the contract's field names for subjects.
    var onWire: String { spelt(\.field) }
}

extension Refusal.Subject {
    /// The field of the contract. For a subject without a field of its own, its place in words.
    var field: String {
        switch self {
        case .host: "phyServer"
        case .sourceHost: "sourcePhyServer"
        case .destinationHost: "destPhyServer"
        case .hostName: "NodeName"
        case .hostAddress: "IP"
        case .hostKey: "NodePK"
        case .trust: "trustOnFirstUse"
        case .machineName: "vmName"
        case .machineNames: "VMName"
        case .machineID: "UUID"
        case .address: "vmIP"
        case .memory: "vmRAM"
        case .interface: "netInterface"
        case .transfersDisk: "transferDisk"
        case .dropsSavedMemory: "dropSavedMemory"
        case .downtime: "maxDowntime"
        case .gap: "maxGap"
        case .hostCount: "nodeCount"
        case .uploadOffset: "Upload-Offset"
        // These have the same name on the wire.
        case .uri, .underlay, .storagePool, .vcpus, .guestType, .hypervisor, .pool, .diskPath, .waitFor, .timeout,
            .weight, .cap, .bandwidth, .deadline, .onDeadline, .machines, .image, .os, .arch, .kernelVersion, .stack,
            .tag, .version, .manifest, .file, .size, .digest, .upload, .networkName, .router, .link, .mtu, .plan,
            .operation, .service, .user, .team, .token, .role, .days, .source, .until, .certificateKey,
            .noLimit, .webhook:
            String(describing: self)
        case .credential: "Authorization"
        case .linkAddress, .linkPrefix, .chosenAddress, .field: words
        }
    }
}
