/// The list of all services. The WSDL, the JSON face and the command line are derived from it.
public enum ServiceList {
    public static let all: [any Service.Type] = [
        SanityTest.self,
        RegisterNodes.self, UpdateNode.self, UnregisterNodes.self, GetRegisteredNodes.self,
        GetPhysicalServerStatus.self, EndAbandoned.self,
        SetPhysicalServerMaintenance.self, EvacuatePhysicalServer.self, ShutdownPhysicalServer.self,
        CheckPhysicalServer.self, GetServerKey.self, GetEvents.self,
        CreateVirtualMachine.self, DestroyVirtualMachine.self, ShutdownVirtualMachine.self, StartVirtualMachine.self,
        PauseVirtualMachine.self, ResumeVirtualMachine.self,
        AdoptVirtualMachine.self, MigrateVirtualMachine.self, GetVirtualMachineStatus.self, ListVirtualMachines.self,
        GetVirtualMachineSchedulerType.self, GetVirtualMachineSchedulerParameters.self,
        SetVirtualMachineSchedulerParameters.self,
        PlanVirtualNetwork.self, CreateVirtualNetwork.self, ApplyVirtualNetwork.self, DestroyVirtualNetwork.self,
        GetVirtualNetworks.self,
        GetVirtualNetwork.self,
        VerifyVirtualNetwork.self, MigrateVirtualNetwork.self, TopologyDiscover.self,
        GetAvailableOSes.self, GetAvailableArch.self, GetAvailableKernelVersions.self, ListImages.self,
        GetImage.self, AddImage.self, ListImageUploads.self, CancelImageUpload.self, RemoveImage.self,
        SetDefaultImage.self, TagImage.self,
        SweepImages.self,
        WhoAmI.self, AddUser.self, ChangeUser.self, RemoveUser.self, ListUsers.self,
        AddTeam.self, RenameTeam.self, RemoveTeam.self, ListTeams.self, AddToken.self, ListTokens.self,
        RevokeToken.self, AddLoginCode.self,
        ShareVirtualNetwork.self, UnshareVirtualNetwork.self, ListShares.self, GetAudit.self, GetQuota.self,
        SetQuota.self,
        GetOperation.self, ListOperations.self, CancelOperation.self, ResolveOperation.self,
    ]
}
