internal import ArgumentParser
internal import Configuration
internal import Control
internal import HTTP
internal import Logging
internal import Model
internal import Simulation
internal import SystemPackage

/// All settings, from flags, environment and file; earlier sources take precedence.
struct ServerSettings {
    /// At least one.
    var listens: [ListenAddress] = []
    /// Files of the certificate for TLS; `nil` for the server's own one.
    var certificate: ServerCertificate.Files?
    var publicURL: PublicURL?
    var proxies = TrustedProxies()
    /// Whether every caller needs a credential.
    var needsToken = false
    /// Tokens of clients that cannot send one.
    var boundTokens: [BoundToken] = []
    var data = "/var/lib/vms"
    /// Whether the operator chose the folder.
    var isDataChosen = false
    /// `nil`: hosts are real.
    var simulation: SimulationSettings?
    var images: [String] = []
    var defaultImage = "ipv4-rip"
    /// Whether the operator chose the image.
    var isImageChosen = false
    var logLevel = Logger.Level.info
    var bodyLimit = 16 << 20
    /// In bytes; a body of the maximum size needs four times its size.
    var bodyBudget = 128 << 20
    var maxConnections = 1024
    var maxConnectionsPerAddress = 512
    /// Limits of each user.
    var calls = CallLimiter.Limits()
    /// How long a call waits for a host that does not answer.
    var patience = Duration.milliseconds(4500)
    var allowsTCP = false
    /// Folders and devices from which disks may be given, in addition to volumes of pools.
    var allowedDisks: [String] = []
    /// Folders for libvirt's sockets, in addition to libvirt's own.
    var allowedSockets: [String] = []
    /// After how many days unused copies of images are removed; 0: never.
    var imageUnusedDays = 30
    /// The share of a storage pool that unused copies of images must leave free, in percent; 0: none.
    var imageRoomPercent = 10
    /// The rate of image transfers to all hosts together, in Mbit/s; 0: unlimited.
    var transferMbit = 0
    /// The range from which links get their VNIs.
    var vnis = NetworkPlanInput.defaultVNIs
    /// Seconds between two readings of a host's figures; 0: only on request.
    var sampleSeconds = 10
    /// Limit of the file of statistics over time, in MiB; 0: none are kept.
    var seriesMiB = 256
    /// For tests of recovery: kills the process by SIGKILL once this many journal entries are durable.
    var crashAfterEntries: Int?
    /// For tests of faults: once this many journal entries are durable, waits while the file `hold` exists in the data
    /// folder; `held` appears beside it.
    var holdAfterEntries: Int?

    /// - Throws: `ValidationError` that names the setting, its value and the permitted values.
    init(flags: ServeCommand) async throws {
        let reader = try await Self.reader(file: flags.config)
        try setAddress(flags, reader)
        if let data = reader.text("data", flags.data) { (self.data, isDataChosen) = (data, true) }
        if let text = reader.text("simulate", flags.simulate) {
            do throws(Refusal) {
                simulation = try SimulationSettings(text)
            } catch {
                throw ValidationError(error.reason.description)
            }
        }
        if let name = reader.text("logLevel", flags.logLevel) {
            guard let level = Logger.Level(rawValue: name) else {
                throw ValidationError(
                    "log-level is '\(name)': must be trace, debug, info, notice, warning, error or critical")
            }
            logLevel = level
        }
        guard simulation == nil || isDataChosen || !needsToken else {
            throw ValidationError(
                "simulate needs --data if callers need credentials: the first token is made in that folder")
        }
        try setBounds(flags, reader)
        try setImages(flags, reader)
        try setHosts(flags, reader)
        crashAfterEntries = flags.crashAfterEntries
        holdAfterEntries = flags.holdAfterEntries
    }

    /// Sets the address to listen on, and the URL under which clients reach the server.
    private mutating func setAddress(_ flags: ServeCommand, _ reader: ConfigReader) throws {
        let given = flags.listen.isEmpty ? reader.stringArray(forKey: "listen") ?? [] : flags.listen
        // A file written for one address has a text there.
        let texts = given.isEmpty ? [reader.string(forKey: "listen") ?? "127.0.0.1:8080"] : given
        listens = try texts.map { try ListenAddress($0) }
        switch (reader.text("tlsCertificate", flags.tlsCertificate), reader.text("tlsKey", flags.tlsKey)) {
        case (let certificate?, let key?): self.certificate = .init(certificate: certificate, key: key)
        case (nil, nil): break
        default: throw ValidationError("tls-certificate and tls-key belong together: give both, or none")
        }
        let trusted =
            flags.trustedProxy.isEmpty ? reader.stringArray(forKey: "trustedProxy") ?? [] : flags.trustedProxy
        proxies = TrustedProxies(try trusted.map(Self.proxy))
        // Others call through a proxy.
        needsToken =
            try listens.contains { $0.external != nil } || reader.text("publicUrl", flags.publicUrl) != nil
            || !trusted.isEmpty
            || flags.requireToken?.isOn("require-token") ?? reader.isOn("requireToken", "require-token")
        let bound =
            flags.legacyClient.isEmpty ? reader.stringArray(forKey: "legacyClient") ?? [] : flags.legacyClient
        boundTokens = try bound.map(Self.boundToken)
        if let url = reader.text("publicUrl", flags.publicUrl) {
            do throws(PublicURL.Malformed) {
                publicURL = try PublicURL(url)
            } catch {
                throw ValidationError("public-url is '\(url)': \(error.words), such as https://vms.example.org")
            }
        }
    }

    private mutating func setImages(_ flags: ServeCommand, _ reader: ConfigReader) throws {
        images = flags.images.isEmpty ? reader.stringArray(forKey: "images") ?? [] : flags.images
        if let image = reader.text("defaultImage", flags.defaultImage) {
            defaultImage = image
            isImageChosen = true
        }
        if let days = try flags.imageUnusedDays ?? reader.wholeNumber("imageUnusedDays", "image-unused-days") {
            guard (0...36_500).contains(days) else {
                throw ValidationError("image-unused-days is '\(days)': must be from 0 to 36500 days, 0 for never")
            }
            imageUnusedDays = days
        }
        if let percent = try flags.imageRoomPercent ?? reader.wholeNumber("imageRoomPercent", "image-room-percent") {
            guard (0...90).contains(percent) else {
                throw ValidationError("image-room-percent is '\(percent)': must be from 0 to 90, 0 for none")
            }
            imageRoomPercent = percent
        }
        if let mbit = try flags.transferMbit ?? reader.wholeNumber("transferMbit", "transfer-mbit") {
            guard (0...1_000_000).contains(mbit) else {
                throw ValidationError("transfer-mbit is '\(mbit)': must be from 0 to 1000000 Mbit/s, 0 for unlimited")
            }
            transferMbit = mbit
        }
    }

    /// Sets how hosts are contacted, and what is allowed on them.
    private mutating func setHosts(_ flags: ServeCommand, _ reader: ConfigReader) throws {
        if let seconds = try flags.hostPatience ?? reader.number("hostPatience", "host-patience") {
            guard (0.1...600).contains(seconds) else {
                throw ValidationError("host-patience is '\(seconds)': must be from 0.1 to 600 seconds")
            }
            // fits: at most 600 seconds
            patience = .milliseconds(Int64(seconds * 1000))
        }
        if let range = reader.text("vniRange", flags.vniRange) { vnis = try Self.vnis(range) }
        if let seconds = try flags.sampleSeconds ?? reader.wholeNumber("sampleSeconds", "sample-seconds") {
            guard (0...3600).contains(seconds) else {
                throw ValidationError("sample-seconds is '\(seconds)': must be from 0 to 3600, 0 for on request")
            }
            sampleSeconds = seconds
        }
        if let mib = try flags.seriesMib ?? reader.wholeNumber("seriesMib", "series-mib") {
            guard (0...1_048_576).contains(mib) else {
                throw ValidationError("series-mib is '\(mib)': must be from 0 to 1048576, 0 for none")
            }
            seriesMiB = mib
        }
        allowedDisks =
            flags.allowDiskPath.isEmpty ? reader.stringArray(forKey: "allowDiskPath") ?? [] : flags.allowDiskPath
        try Self.check(allowedDisks, of: "allow-disk-path")
        allowedSockets =
            flags.allowSocketPath.isEmpty ? reader.stringArray(forKey: "allowSocketPath") ?? [] : flags.allowSocketPath
        try Self.check(allowedSockets, of: "allow-socket-path")
        allowsTCP = try flags.allowTcp?.isOn("allow-tcp") ?? reader.isOn("allowTcp", "allow-tcp")
    }

    init(data: String?) async throws {
        let configured = try await Self.reader(file: nil).string(forKey: "data")
        if let data = data ?? configured { self.data = data }
    }

    private static func check(_ paths: [String], of setting: String) throws {
        for path in paths {
            let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
            guard path.hasPrefix("/"), path.contains(where: { $0 != "/" }), !parts.contains("."), !parts.contains(".."),
                path.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
            else {
                throw ValidationError(
                    "\(setting) is '\(path)': must be an absolute path, without '.' and '..', and not '/' itself")
            }
        }
    }

    private static func reader(file: String?) async throws -> ConfigReader {
        var providers: [any ConfigProvider] = [EnvironmentVariablesProvider()]
        if let file {
            do {
                providers.append(try await FileProvider<JSONSnapshot>(filePath: FilePath(file)))
            } catch {
                throw ValidationError("config is '\(file)': must be a readable JSON file: \(error)")
            }
        }
        return ConfigReader(providers: providers).scoped(to: "vmsd")
    }

    /// Sets the limits for all callers together.
    private mutating func setBounds(_ flags: ServeCommand, _ reader: ConfigReader) throws {
        if let limit = try flags.bodyLimitMib ?? reader.wholeNumber("bodyLimitMib", "body-limit-mib") {
            guard (1...1024).contains(limit) else {
                throw ValidationError("body-limit-mib is '\(limit)': must be from 1 to 1024")
            }
            bodyLimit = limit << 20
        }
        bodyBudget = max(bodyBudget, 4 * bodyLimit)
        if let budget = try flags.bodyBudgetMib ?? reader.wholeNumber("bodyBudgetMib", "body-budget-mib") {
            let least = 4 * bodyLimit >> 20
            guard (least...65_536).contains(budget) else {
                throw ValidationError(
                    "body-budget-mib is '\(budget)': must be from \(least), four times body-limit-mib, to 65536")
            }
            bodyBudget = budget << 20
        }
        if let most = try flags.maxConnections ?? reader.wholeNumber("maxConnections", "max-connections") {
            guard (8...60_000).contains(most) else {
                throw ValidationError("max-connections is '\(most)': must be from 8 to 60000")
            }
            maxConnections = most
        }
        maxConnectionsPerAddress = maxConnections / 2
        if let most = try flags.maxConnectionsPerAddress
            ?? reader.wholeNumber("maxConnectionsPerAddress", "max-connections-per-address")
        {
            guard (4...maxConnections).contains(most) else {
                throw ValidationError(
                    "max-connections-per-address is '\(most)': must be from 4 to \(maxConnections), max-connections")
            }
            maxConnectionsPerAddress = most
        }
        if let most = try flags.callsAtOnce ?? reader.wholeNumber("callsAtOnce", "calls-at-once") {
            guard (1...100_000).contains(most) else {
                throw ValidationError("calls-at-once is '\(most)': must be from 1 to 100000")
            }
            calls.atOnce = most
        }
        if let rate = try flags.callsPerSecond ?? reader.wholeNumber("callsPerSecond", "calls-per-second") {
            guard (1...100_000).contains(rate) else {
                throw ValidationError("calls-per-second is '\(rate)': must be from 1 to 100000")
            }
            calls.perSecond = rate
        }
    }

    /// Parses `ADDRESS/LENGTH=TOKEN`.
    private static func boundToken(_ text: String) throws -> BoundToken {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, let source = try? IPPrefix(parts[0], subject: .source),
            !parts[1].hasPrefix(TokenText.prefix)
        else {
            throw ValidationError(
                "legacy-client is '\(parts.first ?? "")…': must be ADDRESS/LENGTH=ID, with the id of a token and not the "
                    + "token itself, such as 10.0.0.5/32=k3v7q2ah")
        }
        return BoundToken(source: source, token: TokenID(parts[1]))
    }

    private static func proxy(_ text: String) throws -> IPPrefix {
        guard let prefix = try? IPPrefix(text, subject: .source) else {
            throw ValidationError(
                "trusted-proxy is '\(text)': must be ADDRESS/LENGTH, such as 127.0.0.1/32 or 2001:db8::/64")
        }
        return prefix
    }

    /// Parses `FIRST-LAST`.
    private static func vnis(_ text: String) throws -> ClosedRange<Int> {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        let allowed = 1...Foreign.vni.upperBound
        guard ends.count == 2, let first = Int(told: ends[0], in: allowed), let last = Int(told: ends[1], in: allowed),
            first <= last
        else {
            throw ValidationError(
                "vni-range is '\(text)': must be FIRST-LAST, from 1 to \(Foreign.vni.upperBound), such as 4096-8191")
        }
        return first...last
    }
}

extension ServerSettings {
    var prunePolicy: PrunePlan.Policy {
        PrunePlan.Policy(
            unusedDays: imageUnusedDays == 0 ? nil : imageUnusedDays,
            roomPercent: imageRoomPercent == 0 ? nil : imageRoomPercent)
    }
}
