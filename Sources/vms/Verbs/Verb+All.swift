internal import VMSAPI

extension Verb {
    /// The table of short commands. Help lists the commands of a noun in this order.
    static let all: [Verb] = [
        Verb(
            "node add", RegisterNodes.self, "NodeName", inside: "Node",
            // These fields of a node occur only in answers.
            hidden: ["state", "since", "reason", "maintenance"],
            about: "Registers a host, so that machines can be created on it."),
        Verb("node update", UpdateNode.self, "NodeName"),
        Verb("node remove", UnregisterNodes.self, "NodeName"),
        Verb("node cleanup", EndAbandoned.self, "phyServer", way: .follow),
        Verb("node list", GetRegisteredNodes.self),
        Verb("node status", GetPhysicalServerStatus.self, "phyServer"),
        Verb("node stats", GetPhysicalServerStatistics.self, "phyServer"),
        Verb("node maintenance", SetPhysicalServerMaintenance.self, "phyServer", "maintenance"),
        Verb(
            "node prepare", CheckPhysicalServer.self, "NodeName",
            about: "Checks whether a host can carry machines, and lists what is missing and how to correct it."),
        Verb("node evacuate", EvacuatePhysicalServer.self, "phyServer"),
        Verb("node shutdown", ShutdownPhysicalServer.self, "phyServer"),
        Verb("node key", GetServerKey.self),

        Verb("vm create", CreateVirtualMachine.self, "phyServer", "vmName", way: .follow),
        Verb("vm destroy", DestroyVirtualMachine.self, "phyServer", "vmName", way: .follow),
        Verb("vm shutdown", ShutdownVirtualMachine.self, "phyServer", "vmName", way: .follow),
        Verb("vm start", StartVirtualMachine.self, "phyServer", "vmName", way: .follow),
        Verb("vm pause", PauseVirtualMachine.self, "phyServer", "vmName", way: .follow),
        Verb("vm resume", ResumeVirtualMachine.self, "phyServer", "vmName", way: .follow),
        Verb("vm migrate", MigrateVirtualMachine.self, "sourcePhyServer", "destPhyServer", "vmName"),
        Verb("vm status", GetVirtualMachineStatus.self, "phyServer", "vmName"),
        Verb("vm stats", GetVirtualMachineStatistics.self, "phyServer", "vmName"),
        Verb("vm read", ReadConsole.self, "vmName"),
        Verb("vm type", SendConsole.self, "vmName", "text"),
        Verb("vm list", ListVirtualMachines.self, "phyServer"),
        Verb("vm adopt", AdoptVirtualMachine.self, "phyServer", "vmName"),
        Verb("vm scheduler get", GetVirtualMachineSchedulerParameters.self, "phyServer", "vmName"),
        Verb("vm scheduler set", SetVirtualMachineSchedulerParameters.self, "phyServer", "vmName"),
        Verb("vm scheduler type", GetVirtualMachineSchedulerType.self, "phyServer", "vmName"),

        Verb("network plan", PlanVirtualNetwork.self, "networkName", readsTopology: true),
        Verb("network create", CreateVirtualNetwork.self, "networkName", way: .follow, readsTopology: true),
        Verb("network apply", ApplyVirtualNetwork.self, "networkName", way: .follow, readsTopology: true),
        Verb(
            "network diff", PlanVirtualNetwork.self, "networkName", way: .differences, readsTopology: true,
            about: "Shows the differences between a network and its description: changes of the description, and "
                + "losses of a host. Exit status 0 when nothing differs, 4 when something does."),
        Verb("network list", GetVirtualNetworks.self),
        Verb("network show", GetVirtualNetwork.self, "networkName"),
        Verb("network stats", GetVirtualNetworkStatistics.self, "networkName"),
        Verb("network verify", VerifyVirtualNetwork.self, "networkName"),
        Verb("network migrate", MigrateVirtualNetwork.self, "networkName", way: .follow),
        Verb("network shape", SetLinkConditions.self, "networkName", "link", way: .follow),
        Verb("network break", BreakLink.self, "networkName", "link", way: .follow),
        Verb("network mend", MendLink.self, "networkName", "link", way: .follow),
        Verb("network destroy", DestroyVirtualNetwork.self, "networkName", way: .follow),

        Verb("image list", ListImages.self),
        Verb("image show", GetImage.self, "image"),
        Verb("image uploads", ListImageUploads.self),
        Verb("image cancel", CancelImageUpload.self, "upload"),
        Verb("image remove", RemoveImage.self, "image"),
        Verb("image default", SetDefaultImage.self, "image"),
        Verb("image tag", TagImage.self, "image", "tag"),
        Verb("image sweep", SweepImages.self, "phyServer"),
        Verb("image oses", GetAvailableOSes.self),
        Verb("image arches", GetAvailableArch.self),
        Verb("image kernels", GetAvailableKernelVersions.self),

        Verb("operation list", ListOperations.self),
        Verb("operation show", GetOperation.self, "operation"),
        Verb("operation watch", GetOperation.self, "operation", way: .watch, about: "Follows an operation to its end."),
        Verb("operation cancel", CancelOperation.self, "operation"),
        Verb("operation resolve", ResolveOperation.self, "operation", "resolution"),

        Verb(
            "events", GetEvents.self, presets: [Assignment(path: ["newest"], value: .text("true"))],
            // Events between `after` and the newest ones must not be skipped.
            presetsUnless: "after",
            about: "Events of hosts, machines and networks, the newest last; with --after, the first ones after it. "
                + "With --wait, the command waits for an event if there is none after --after."),

        Verb("loads", ListLoads.self),
        Verb("team stats", GetTeamStatistics.self, "team"),
        Verb("network share", ShareVirtualNetwork.self, "networkName"),
        Verb("network unshare", UnshareVirtualNetwork.self, "networkName"),
        Verb("network shares", ListShares.self, "networkName"),

        Verb("whoami", WhoAmI.self),
        Verb("user add", AddUser.self, "user"),
        Verb("user change", ChangeUser.self, "user"),
        Verb("user remove", RemoveUser.self, "user"),
        Verb("user list", ListUsers.self),
        Verb("team add", AddTeam.self, "team"),
        Verb("team rename", RenameTeam.self, "team", "newName"),
        Verb("team remove", RemoveTeam.self, "team"),
        Verb("team list", ListTeams.self),
        Verb("team quota", GetQuota.self, "team"),
        Verb("team limit", SetQuota.self, "team"),
        Verb("token add", AddToken.self, "user"),
        Verb("token list", ListTokens.self, "user"),
        Verb("token revoke", RevokeToken.self, "token"),
        Verb("audit list", GetAudit.self),

        Verb("webhook add", AddWebhook.self, "webhook", "url"),
        Verb("webhook list", ListWebhooks.self),
        Verb("webhook resume", ResumeWebhook.self, "webhook"),
        Verb("webhook remove", RemoveWebhook.self, "webhook"),

        Verb("simulate status", GetSimulation.self),
        Verb("simulate speed", SetSpeed.self, "speed"),
        Verb("simulate lose-host", LoseHost.self, "phyServer"),
        Verb("simulate restore-host", RestoreHost.self, "phyServer"),
        Verb("simulate restart-hosts", RestartHosts.self, "phyServer"),
        Verb("simulate cut-hosts", CutHosts.self, "phyServer", "other"),
        Verb("simulate join-hosts", JoinHosts.self, "phyServer", "other"),
        Verb("simulate break-link", BreakSimulatedLink.self, "networkName", "link", "kind"),
        Verb("simulate mend-link", MendSimulatedLink.self, "networkName", "link"),
        Verb("simulate slow-transfers", SlowTransfers.self, "phyServer", "mbit"),
        Verb("simulate fill-pool", FillPool.self, "phyServer", "freeMiB"),
        Verb(
            "simulate fail-step", SetFaults.self, "phyServer", "number", "moment", inside: "fault",
            about: "Makes one of a host's next steps fail, instead of all faults in steps set before."),
        Verb("simulate draw-faults", DrawFaults.self, "seed"),
        Verb("simulate clear-faults", ClearFaults.self),
    ]
}
