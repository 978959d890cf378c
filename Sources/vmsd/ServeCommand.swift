internal import ArgumentParser
internal import Glibc
internal import HTTP

/// `vmsd serve`: runs the server until SIGTERM or SIGINT.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the server.",
        discussion: """
            Every option except config can also come from the environment (VMSD_LISTEN, VMSD_TLS_CERTIFICATE, \
            VMSD_TLS_KEY, VMSD_REQUIRE_TOKEN, VMSD_LEGACY_CLIENT, VMSD_TRUSTED_PROXY, VMSD_PUBLIC_URL, VMSD_DATA, \
            VMSD_IMAGES, VMSD_DEFAULT_IMAGE, VMSD_LOG_LEVEL, VMSD_BODY_LIMIT_MIB, VMSD_BODY_BUDGET_MIB, \
            VMSD_MAX_CONNECTIONS, VMSD_MAX_CONNECTIONS_PER_ADDRESS, VMSD_CALLS_AT_ONCE, VMSD_CALLS_PER_SECOND, \
            VMSD_HOST_PATIENCE, VMSD_ALLOW_TCP, VMSD_ALLOW_DISK_PATH, VMSD_ALLOW_SOCKET_PATH, \
            VMSD_IMAGE_UNUSED_DAYS, VMSD_IMAGE_ROOM_PERCENT, VMSD_TRANSFER_MBIT, VMSD_VNI_RANGE, \
            VMSD_SAMPLE_SECONDS, VMSD_SERIES_MIB, VMSD_SIMULATE) or from a JSON file \
            ({"vmsd": {"listen": "127.0.0.1:8080", ...}}). An option takes precedence over the environment, and the environment over the file.
            """, version: HTTPServer.release)

    @Option(
        help: """
            Address to listen on: HOST:PORT, https://HOST:PORT with TLS, or unix:PATH; port 0 picks a free one and prints it; \
            may be repeated. An address that other machines can reach needs https://. (default: 127.0.0.1:8080)
            """)
    var listen: [String] = []

    @Option(help: "PEM file with the certificate for https://, and its chain; by default the server makes its own.")
    var tlsCertificate: String?

    @Option(help: "PEM file with the private key of the certificate, which only its owner may read.")
    var tlsKey: String?

    @Option(
        defaultAsFlag: SwitchWord.on, parsing: .next,
        help: """
            Require a credential also of callers on this machine. Elsewhere it is always required. The socket vmsd.sock in the \
            data folder requires none.
            """)
    var requireToken: SwitchWord?

    @Option(
        help: """
            ADDRESS/LENGTH=ID: callers from these addresses that send no credential have the rights of the token with this id; for \
            clients that cannot send one; may be repeated.
            """)
    var legacyClient: [String] = []

    @Option(help: "URL of the server for clients, such as https://vms.example.org behind a proxy that terminates TLS.")
    var publicUrl: String?

    @Option(
        help: """
            ADDRESS/LENGTH of proxies in front of the server, whose Forwarded or X-Forwarded-For names the client; may be \
            repeated.
            """)
    var trustedProxy: [String] = []

    @Option(help: "Folder for the database, keys and digests. (default: /var/lib/vms)")
    var data: String?

    @Option(help: "Folder with router images, in addition to those in DATA/images; may be repeated.")
    var images: [String] = []

    @Option(help: "Image for requests that name none. (default: ipv4-rip)")
    var defaultImage: String?

    @Option(help: "trace, debug, info, notice, warning, error or critical. (default: info)")
    var logLevel: String?

    @Option(help: "Maximum size of a request's body, in MiB. (default: 16)")
    var bodyLimitMib: Int?

    @Option(help: "Maximum memory for the bodies of all requests together, in MiB. (default: 128)")
    var bodyBudgetMib: Int?

    @Option(help: "Maximum number of connections. (default: 1024)")
    var maxConnections: Int?

    @Option(help: "Maximum number of connections from one address. (default: half of all)")
    var maxConnectionsPerAddress: Int?

    @Option(help: "Maximum number of a user's calls that are not answered yet. (default: 256)")
    var callsAtOnce: Int?

    @Option(help: "Rate above which a user's calls wait, in calls per second. (default: 500)")
    var callsPerSecond: Int?

    @Option(help: "Seconds that a call waits for a host that does not answer. (default: 4.5)")
    var hostPatience: Double?

    @Option(
        defaultAsFlag: SwitchWord.on, parsing: .next,
        help: "Allow hosts to be registered with a TCP uri, which is neither encrypted nor authenticated.")
    var allowTcp: SwitchWord?

    @Option(
        help: """
            Absolute path of a folder or device of the hosts from which machines may be given disks (diskPath), in \
            addition to volumes of active storage pools; may be repeated.
            """)
    var allowDiskPath: [String] = []

    @Option(
        help: """
            Absolute path of a folder of this machine that may contain a uri's socket=, in addition to /run/libvirt and \
            /var/run/libvirt; may be repeated.
            """)
    var allowSocketPath: [String] = []

    @Option(
        help: "Days after which an unused copy of an image is removed from its host; 0 for never. (default: 30)")
    var imageUnusedDays: Int?

    @Option(help: "Percentage of a storage pool that unused copies of images leave free; 0 for none. (default: 10)")
    var imageRoomPercent: Int?

    @Option(help: "Rate of image transfers to all hosts together, in Mbit/s; 0 for unlimited. (default: 0)")
    var transferMbit: Int?

    @Option(help: "Range of VXLAN identifiers (VNIs) for links, as FIRST-LAST. (default: 4096-16777215)")
    var vniRange: String?

    @Option(
        help: "Seconds between two readings of a host's figures; 0 to read them only on request. (default: 10)")
    var sampleSeconds: Int?

    @Option(help: "Size limit of the file of statistics over time, in MiB; 0 to keep none. (default: 256)")
    var seriesMib: Int?

    @Option(
        help: """
            Simulate hosts instead of using real ones: hosts=3,machines=3,networks=2,seed=1,speed=1, each of which may be \
            omitted. Nothing is kept when the server ends, unless --data names a folder.
            """)
    var simulate: String?

    @Option(help: "JSON file with settings.")
    var config: String?

    @Option(help: .hidden)
    var crashAfterEntries: Int?

    @Option(help: .hidden)
    var holdAfterEntries: Int?

    func run() async throws {
        // Files and sockets are for the server's own user, whatever the mask of its caller.
        umask(0o077)
        let settings = try await ServerSettings(flags: self)
        try await Server(settings: settings).run()
    }
}
