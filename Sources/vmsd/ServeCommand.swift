internal import ArgumentParser
internal import HTTP

/// `vmsd serve`: runs the server until SIGTERM or SIGINT.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the server.",
        discussion: """
            Every option but config can also come from the environment (VMSD_LISTEN, VMSD_INSECURE, VMSD_PUBLIC_URL, VMSD_DATA, VMSD_IMAGES, \
            VMSD_DEFAULT_IMAGE, VMSD_LOG_LEVEL, VMSD_BODY_LIMIT_MIB, \
            VMSD_BODY_BUDGET_MIB, VMSD_MAX_CONNECTIONS, VMSD_MAX_CONNECTIONS_PER_ADDRESS, \
            VMSD_HOST_PATIENCE, VMSD_ALLOW_TCP, VMSD_ALLOW_DISK_PATH, VMSD_ALLOW_SOCKET_PATH, \
            VMSD_IMAGE_UNUSED_DAYS, VMSD_IMAGE_ROOM_PERCENT, VMSD_TRANSFER_MBIT, VMSD_VNI_RANGE, VMSD_SIMULATE) or from a JSON file \
            ({"vmsd": {"listen": "127.0.0.1:8080", ...}}). An option wins over the environment, and that over the file.
            """, version: HTTPServer.release)

    @Option(help: "Address and port; port 0 picks a free one and prints it. (default: 127.0.0.1:8080)")
    var listen: String?

    @Option(
        defaultAsFlag: SwitchWord.on, parsing: .next,
        help: """
            Let listen be an address that other machines reach, though nobody is asked who calls (no authentication) and \
            everything is sent in the clear (no TLS).
            """)
    var insecure: SwitchWord?

    @Option(help: "Where clients reach the server, such as https://vms.example.org behind a proxy that ends TLS.")
    var publicUrl: String?

    @Option(help: "Folder for the database, keys and digests. (default: /var/lib/vms)")
    var data: String?

    @Option(help: "Folder with more router images than were added (DATA/images); may be given several times.")
    var images: [String] = []

    @Option(help: "Image that is taken when a request names none. (default: ipv4-rip)")
    var defaultImage: String?

    @Option(help: "trace, debug, info, notice, warning, error or critical. (default: info)")
    var logLevel: String?

    @Option(help: "Most MiB of a request's body. (default: 16)")
    var bodyLimitMib: Int?

    @Option(help: "Most MiB of memory for the bodies of all requests together. (default: 128)")
    var bodyBudgetMib: Int?

    @Option(help: "Most connections at a time. (default: 1024)")
    var maxConnections: Int?

    @Option(help: "Most connections at a time from one address. (default: half of all)")
    var maxConnectionsPerAddress: Int?

    @Option(help: "Seconds that a call waits for a host that does not answer. (default: 4.5)")
    var hostPatience: Double?

    @Option(
        defaultAsFlag: SwitchWord.on, parsing: .next,
        help: "Let hosts be registered with a TCP uri, which neither hides nor authenticates anything.")
    var allowTcp: SwitchWord?

    @Option(
        help: """
            Absolute path of a folder or device of the hosts from which machines may be given disks (diskPath), beside \
            volumes of active storage pools; may be given several times.
            """)
    var allowDiskPath: [String] = []

    @Option(
        help: """
            Absolute path of a folder of this machine in which a uri's socket= may lie, beside /run/libvirt and \
            /var/run/libvirt; may be given several times.
            """)
    var allowSocketPath: [String] = []

    @Option(
        help: "Days after which a host's copy of an image leaves it when nobody uses it; 0 for never. (default: 30)")
    var imageUnusedDays: Int?

    @Option(help: "Percent of a storage pool that unused copies of images leave free; 0 for none. (default: 10)")
    var imageRoomPercent: Int?

    @Option(help: "Mbit/s that images are sent with to all hosts together; 0 for no bound. (default: 0)")
    var transferMbit: Int?

    @Option(help: "VXLAN numbers that links of virtual networks get, as FIRST-LAST. (default: 4096-16777215)")
    var vniRange: String?

    @Option(
        help: """
            Simulate hosts in place of real ones: hosts=3,machines=3,networks=2,seed=1,speed=1, each of which may be left out. \
            Nothing is kept when the server ends, unless --data says where.
            """)
    var simulate: String?

    @Option(help: "JSON file with settings.")
    var config: String?

    @Option(help: .hidden)
    var crashAfterEntries: Int?

    @Option(help: .hidden)
    var holdAfterEntries: Int?

    func run() async throws {
        let settings = try await ServerSettings(flags: self)
        try await Server(settings: settings).run()
    }
}
