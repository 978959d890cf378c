internal import Control
internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import Model

/// `/metrics` and below it, for Prometheus: answered from memory, whatever hosts do.
struct MetricsFace: Sendable {
    static let root = "/metrics"

    let meter: ServiceMeter
    /// `nil` without hosts.
    let statistics: Statistics?
    /// The server's name and port, if they differ from those in requests.
    let publicAuthority: String?

    static func answers(_ path: String) -> Bool { path == root || path.hasPrefix(root + "/") }

    func answer(_ request: Request) async throws(Unacceptable) -> Response {
        let path = request.uri.path.dropFirst(Self.root.count)
        do throws(Refusal) {
            if path.isEmpty { return exposition(meter.exposition + (try await server()), request) }
            if path == "/targets" { return try await targets(request) }
            if path.hasPrefix("/host/") { return exposition(try await host(String(path.dropFirst(6))), request) }
        } catch {
            let status: HTTPResponse.Status = error.code == .hostNotRegistered ? .notFound : .internalServerError
            throw Unacceptable(status, "\(error.reason)\n")
        }
        throw Unacceptable(.notFound, "there is /metrics, /metrics/host/NAME and /metrics/targets\n")
    }

    private func exposition(_ text: String, _ request: Request) -> Response {
        Reply.bytes(.ok, Array(text.utf8), ServiceMeter.contentType, to: request)
    }

    /// Every page for Prometheus' HTTP service discovery.
    private func targets(_ request: Request) async throws(Refusal) -> Response {
        let address = publicAuthority ?? request.head.authority ?? ""
        let hosts = try await statistics?.hostLines().map(\.host.name) ?? []
        let pages = [(Self.root, "")] + hosts.map { ("\(Self.root)/host/\($0)", $0) }
        let lines = pages.map { path, host in
            let label = host.isEmpty ? "" : ",\"vms_host\":\"\(host)\""
            return "{\"targets\":[\"\(address)\"],\"labels\":{\"__metrics_path__\":\"\(path)\"\(label)}}"
        }
        return Reply.bytes(.ok, Array("[\(lines.joined(separator: ",\n"))]\n".utf8), "application/json", to: request)
    }

    /// Figures of hosts and networks.
    private func server() async throws(Refusal) -> String {
        guard let statistics else { return "" }
        var text = Exposition()
        for line in try await statistics.hostLines() { text.add(line) }
        for network in try await statistics.networkLines() { text.add(network) }
        return text.text
    }

    /// Figures of the machines on a host.
    private func host(_ name: String) async throws(Refusal) -> String {
        var text = Exposition()
        for line in try await statistics?.machineLines(on: name) ?? [] { text.add(line) }
        return text.text
    }
}

extension Exposition {
    fileprivate mutating func add(_ line: Statistics.HostLine) {
        let host = [("host", line.host.name)]
        let isUp = line.condition?.state == .up
        add("vms_host_up", .gauge, "Whether the host answers.", host, isUp ? 1 : 0)
        add(
            "vms_host_sample_age_seconds", .gauge, "Time since the host's figures were read, in seconds.", host,
            line.age)
        // Old figures would be taken for present ones.
        guard let statistics = line.statistics, isUp else { return }
        let figures = statistics.figures
        for (mode, figure) in [
            ("user", HostFigure.cpuUser), ("system", .cpuSystem), ("idle", .cpuIdle), ("iowait", .cpuWait),
            ("machines", .cpuMachines),
        ] {
            add(
                "vms_host_cpu_seconds_total", .counter, "CPU time of all processors, in seconds.",
                host + [("mode", mode)], figures[figure].map { Double($0) / 1e9 })
        }
        add("vms_host_cpus", .gauge, "Logical CPUs.", host, figures[.cpus].map { Double($0) })
        add("vms_host_memory_bytes", .gauge, "Memory, in bytes.", host, figures[.memory].map { Double($0) })
        add(
            "vms_host_memory_available_bytes", .gauge, "Memory that the host could give to machines, in bytes.", host,
            figures[.memoryAvailable].map { Double($0) })
        add("vms_host_machines_running", .gauge, "Machines that run, of any origin.", host, Double(statistics.running))
        for pool in statistics.pools {
            let labels = host + [("pool", pool.name)]
            add(
                "vms_host_pool_bytes", .gauge, "Space of a storage pool, in bytes.", labels,
                pool.capacity.map { Double($0) })
            add(
                "vms_host_pool_free_bytes", .gauge, "Free space of a storage pool, in bytes.", labels,
                pool.available.map { Double($0) })
        }
    }

    fileprivate mutating func add(_ found: Statistics.OfNetwork) {
        let network = [("network", found.network.name)]
        add("vms_network_routers", .gauge, "Routers of a network.", network, Double(found.network.routers.count))
        add(
            "vms_network_links_failed", .gauge, "Links whose last proof failed.", network,
            found.verification.map { Double($0.faults.count) })
        for link in found.network.links {
            let labels = network + [("link", link.name)]
            let isProven = link.isProven(by: found.verification)
            add(
                "vms_link_proven", .gauge, "Whether the link's last proof holds.", labels, isProven.map { $0 ? 1 : 0 })
            add(
                "vms_link_proof_age_seconds", .gauge, "Time since the link was last proven, in seconds.", labels,
                isProven == true ? found.verification.map { Date().timeIntervalSince($0.time) } : nil)
        }
        for port in found.ports {
            let labels = network + [("link", port.link.name), ("router", port.end.router)]
            func add(_ name: String, _ help: String, _ figure: InterfaceFigure) {
                self.add(name, .counter, help, labels, port.figures?[figure].map { Double($0) })
            }
            add("vms_link_transmit_bytes_total", "Bytes that a router sent to a link.", .sentBytes)
            add("vms_link_transmit_packets_total", "Packets that a router sent to a link.", .sentPackets)
            add("vms_link_receive_bytes_total", "Bytes that a router received from a link.", .receivedBytes)
            add("vms_link_receive_packets_total", "Packets that a router received from a link.", .receivedPackets)
        }
    }

    fileprivate mutating func add(_ line: Statistics.MachineLine) {
        let machine = line.machine
        let labels = [("machine", machine.name), ("network", machine.network ?? ""), ("team", line.team)]
        add(
            "vms_machine_info", .gauge, "A machine; the value is 1.",
            labels + [("host", machine.host), ("uuid", machine.id.text), ("image", machine.image ?? "")], 1)
        add(
            "vms_machine_wanted", .gauge, "Whether the machine is to run.", labels, machine.asked == .running ? 1 : 0)
        guard let totals = line.totals else { return }
        let figures = totals.totals.figures
        func seconds(_ figure: MachineFigure) -> Double? { figures[figure].map { Double($0) / 1e9 } }
        func bytes(_ figure: MachineFigure) -> Double? { figures[figure].map { Double($0) } }
        add("vms_machine_cpu_seconds_total", .counter, "CPU time, in seconds.", labels, seconds(.cpuTime))
        add(
            "vms_machine_cpu_delay_seconds_total", .counter, "Time ready to run, but not running, in seconds.", labels,
            seconds(.cpuDelay))
        add("vms_machine_vcpus", .gauge, "Virtual CPUs.", labels, bytes(.vcpus))
        add(
            "vms_machine_memory_allocated_bytes", .gauge, "Memory that the machine has, in bytes.", labels,
            bytes(.memoryAllocated))
        add(
            "vms_machine_memory_used_bytes", .gauge, "Memory that the guest uses, in bytes.", labels, bytes(.memoryUsed)
        )
        add(
            "vms_machine_memory_resident_bytes", .gauge, "Memory of the host that the machine occupies, in bytes.",
            labels, bytes(.memoryResident))
        for (address, total) in totals.interfaces.sorted(by: { $0.key.description < $1.key.description }) {
            add(total.figures, labels + [("device", address.description), ("link", line.links[address] ?? "")])
        }
        for (device, total) in totals.disks.sorted(by: { $0.key < $1.key }) {
            add(total.figures, labels + [("device", device)])
        }
    }

    private mutating func add(_ figures: Figures<InterfaceFigure>, _ labels: [(String, String)]) {
        let names: [(String, InterfaceFigure)] = [
            ("receive_bytes", .receivedBytes), ("receive_packets", .receivedPackets),
            ("receive_errors", .receivedErrors), ("receive_drops", .receivedDrops), ("transmit_bytes", .sentBytes),
            ("transmit_packets", .sentPackets), ("transmit_errors", .sentErrors), ("transmit_drops", .sentDrops),
        ]
        for (name, figure) in names {
            add(
                "vms_machine_network_\(name)_total", .counter,
                "Traffic of a machine's network card (\(name.split(separator: "_").joined(separator: " "))).", labels,
                figures[figure].map { Double($0) })
        }
    }

    private mutating func add(_ figures: Figures<DiskFigure>, _ labels: [(String, String)]) {
        let names: [(String, String, DiskFigure)] = [
            ("read_bytes", "Bytes read from a disk.", .readBytes), ("reads", "Reads of a disk.", .reads),
            ("written_bytes", "Bytes written to a disk.", .writtenBytes), ("writes", "Writes to a disk.", .writes),
        ]
        for (name, help, figure) in names {
            add("vms_machine_disk_\(name)_total", .counter, help, labels, figures[figure].map { Double($0) })
        }
    }
}
