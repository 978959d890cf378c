internal import Model

extension HostScript {
    static let describe = HostScript(
        "describe-host", PackageResources.describe_host_sh, knowing: [.programs], to: "tell what it has")
    static let inspect = HostScript(
        "inspect-host", PackageResources.inspect_host_sh, knowing: [.programs], to: "be looked at")
    static let links = HostScript("list-devices", PackageResources.list_devices_sh, to: "tell its network devices")
    static let probe = HostScript(
        "probe-address", PackageResources.probe_address_sh, to: "ask who answers at an address")
    static let listen = HostScript("listen-for-frame", PackageResources.listen_for_frame_sh, to: "listen for frames")
    static let proveLink = HostScript("prove-link", PackageResources.prove_link_sh, to: "ask routers on a link")
    static let proveReach = HostScript(
        "prove-reach", PackageResources.prove_reach_sh, to: "ask for addresses beyond a link")
    static let flow = HostScript("send-flow", PackageResources.send_flow_sh, to: "send packets while a machine moves")
    static let hasFlow = HostScript("await-flow", PackageResources.await_flow_sh, to: "tell whether packets are sent")
    static let gapOfFlow = HostScript(
        "tell-flow-gap", PackageResources.tell_flow_gap_sh, to: "tell how long packets were lost")
    static let endFlow = HostScript("end-flow", PackageResources.end_flow_sh, to: "end sending packets")
    static let prepareSegment = HostScript("prepare-segment", PackageResources.prepare_segment_sh, to: "prepare a link")
    static let attachSegment = HostScript("attach-segment", PackageResources.attach_segment_sh, to: "connect a link")
    static let detachSegment = HostScript("detach-segment", PackageResources.detach_segment_sh, to: "take a link away")
    static let tryVNIs = HostScript("try-vnis", PackageResources.try_vnis_sh, to: "tell which VXLANs can be made")
    static let hasBridge = HostScript(
        "find-bridge", PackageResources.find_bridge_sh, to: "tell whether a bridge is there")
    static let connectPort = HostScript(
        "connect-port", PackageResources.connect_port_sh, to: "connect a machine with a bridge")
    static let filtering = HostScript("list-filters", PackageResources.list_filters_sh, to: "tell its firewall")
    static let disk = HostScript("look-at-disk", PackageResources.look_at_disk_sh, to: "tell what a disk is")
    static let kinds = HostScript("find-odd-disks", PackageResources.find_odd_disks_sh, to: "look at a machine's disks")
    static let sizes = HostScript("measure-files", PackageResources.measure_files_sh, to: "tell how long files are")
    static let digest = HostScript("digest-file", PackageResources.digest_file_sh, to: "look at an image that arrived")
    static let storage = HostScript("mark-storage", PackageResources.mark_storage_sh, to: "tell where disks lie")
    static let boot = HostScript("tell-boot", PackageResources.tell_boot_sh, to: "tell since when it runs")
    static let powerOff = HostScript("power-off", PackageResources.power_off_sh, to: "be switched off")
    static let takeImage = HostScript(
        "take-image", PackageResources.take_image_sh, to: "take an image from another host")
    static let giveImage = HostScript("give-image", PackageResources.give_image_sh, to: "give an image to another host")
    static let compression = HostScript(
        "tell-compression", PackageResources.tell_compression_sh, to: "tell how it compresses")

    static let all: [HostScript] = [
        .describe, .inspect, .links, .probe, .listen, .proveLink, .proveReach, .flow, .hasFlow, .gapOfFlow, .endFlow,
        .prepareSegment, .attachSegment, .detachSegment, .tryVNIs, .hasBridge, .connectPort, .filtering, .disk, .kinds,
        .sizes, .digest, .storage, .boot, .powerOff, .takeImage, .giveImage, .compression,
    ]
}

extension HostWords {
    /// As `shared/programs.sh` has them.
    static let programs = HostWords(
        "programs",
        HostProgram.allCases.map { program in
            [program.rawValue, program.sign ?? "", program.maker ?? "", program.debianPackage, program.loss]
                .joined(separator: "|")
        })
}
