internal import Model

/// Lists a host's network devices, without those of its guests.
struct ListDevices: ScriptCall {
    static let script = HostScript(
        "list-devices", PackageResources.list_devices_sh, to: "list its network devices")

    func answer(_ output: String) -> HostLinks { LinksReading(output).links }
}
