#if DEBUG || FUZZ
    import FoundationEssentials
    @testable import Control
    @testable import Hosts
    @testable import Libvirt
    @testable import Model
    @testable import XML
    @testable import VMSAPI

    extension FuzzTarget {
        /// Answers of hosts, from scripts and libvirt.
        static let hosts: [FuzzTarget] = [
            FuzzTarget("console", isHosts: true) { bytes in
                var filter = TerminalFilter()
                let passed = filter.filtered(bytes)
                // A title would be set, or a query answered.
                let refused = ["\u{1B}]", "\u{1B}P", "\u{1B}[6n"]
                precondition(!refused.contains { passed.firstRange(of: Array($0.utf8)) != nil })
                let text = ConsoleText(bytes).text.unicodeScalars
                precondition(!text.contains { $0.value < 0x20 && $0 != "\t" && $0 != "\n" })
            },
            FuzzTarget(text: "describe", isHosts: true) { text in
                let description = HostDescription(text)
                SmallFleet.plan { survey in
                    survey.addresses = description.addresses
                    survey.bridges = description.bridges
                    survey.interfaces = description.interfaces
                    survey.missingPrograms = description.lacked
                    survey.shapers = description.shapers
                    survey.takenVNIs = description.takenVNIs
                }
            },
            FuzzTarget(text: "links", isHosts: true) { text in
                let links = LinksReading(text).links
                consume(SmallFleet.network.drift(seenOn: ["h1": links, "h2": links]))
                consume(PhysicalLink.all(among: ["h1": links, "h2": links]).map(\.fault))
            },
            FuzzTarget(text: "qdisc", isHosts: true) { text in
                guard let shape = ShapingQdisc(json: text)?.shape else { return }
                consume((shape.words, shape.tries, shape.roundTripMicroseconds(mtu: 1500), SegmentShape(shape)))
                consume(LinkShape.isSame(shape, LinkShape(bandwidthKbit: 8)))
            },
            FuzzTarget(text: "prove-link", isHosts: true) { text in
                consume(LinkAnswers(text).refusal(of: SmallFleet.linkProof))
            },
            FuzzTarget(text: "prove-reach", isHosts: true) { text in
                consume(ReachAnswers(text).refusal(of: SmallFleet.reachProof))
            },
            FuzzTarget(text: "flow", isHosts: true) { text in consume(FlowAnswers(text).loss(of: SmallFleet.flow)) },
            FuzzTarget(text: "probe", isHosts: true) { text in _ = try? ProbeAnswers(text) },
            FuzzTarget(text: "inspect", isHosts: true) { text in consume(LibvirtHosts.checks(text)) },
            FuzzTarget(text: "boot", isHosts: true) { text in
                let power = PowerAnswer(text)
                consume(
                    (power.isOurs(OwnMachine(kernel: "k", space: "s")), try? power.boot.map { try HostArgument($0) }))
            },
            FuzzTarget(text: "storage", isHosts: true) { text in
                for count in [0, 1, 2] { _ = try? StorageAnswer.places(text, count: count) }
            },
            FuzzTarget(text: "disk", isHosts: true) { text in
                let answer = DiskAnswer(text)
                for used in [[], ["r1", "r2"]] {
                    let disk = answer.disk(used: used)
                    for kind in [HypervisorKind.qemu, .xen] {
                        consume(try? GivenDisk(asked: "/pool/x", told: disk, hypervisor: kind))
                    }
                    consume(NumberedLines.read(text, "size", of: used).map(\.figure))
                }
            },
            FuzzTarget(text: "offer", isHosts: true) { text in
                consume((OfferAnswer(text), HostKey(text)))
            },
            FuzzTarget(text: "take", isHosts: true) { text in
                var pace = MinimumRate(bytesPerSecond: 1, from: 0)
                let progress = StepProgress()
                for line in text.split(whereSeparator: \.isNewline).map(String.init) {
                    if let rate = TakeAnswer.rate(line) {
                        consume((rate.kilobytes, FasterWay(rate: rate, plain: 1).saves(1000)))
                    }
                    guard let at = TakeAnswer.reached(line, of: 1 << 40) else { continue }
                    progress.report(done: at.done, total: 1 << 40, sent: at.sent)
                    consume(pace.holds(at.done, after: .seconds(at.sent % 100)))
                }
            },
            FuzzTarget(text: "digest", isHosts: true) { text in consume(DigestAnswer(text)) },
            FuzzTarget(text: "domain", isHosts: true) { text in
                consume(CopyMentions.names(in: text))
                consume((try? HostDefinition(name: "m", text: text))?.diskOfUnknownBase(among: []))
                guard let tree = try? XMLParser.tree(text) else { return }
                let reading = DomainReading(tree)
                consume((reading.interfaces, reading.disks, reading.mark))
                consume(
                    SchedulerRules(
                        reading: .init(type: "posix", parameters: ["vcpu_quota": .int64(1 << 43)]), vcpus: reading.vcpus
                    ).cap)
            },
            FuzzTarget(text: "volume", isHosts: true) { text in
                guard let tree = try? XMLParser.tree(text) else { return }
                let volume = StoredVolume(VolumeName(pool: "default", name: "v"), tree)
                consume((volume.written?.wireValue, volume.bytes))
                SmallFleet.sweep([
                    ObservedCopy(volume: volume.name, bytes: volume.bytes, written: volume.written, uses: [])
                ])
            },
            FuzzTarget(text: "capabilities", isHosts: true) { text in consume(Capabilities(xml: text, fallback: "x")) },
            FuzzTarget("job", isHosts: true) { bytes in
                let names = [
                    "data_total", "data_processed", "data_remaining", "memory_bps", "memory_dirty_rate",
                    "memory_page_size",
                    "downtime", "memory_iteration",
                ]
                var numbers = Numbers(bytes)
                let job = Dictionary(names.map { ($0, numbers.value()) }) { first, _ in first }
                guard let reading = JobReading(job.mapValues { TypedValue($0) }) else { return }
                let progress = StepProgress()
                progress.report(done: reading.done, total: reading.total, sent: reading.done)
                progress.report(reading.copying)
                consume((progress.copying?.remaining ?? 0) >> 20)
            },
            FuzzTarget("scheduler", isHosts: true) { bytes in
                var numbers = Numbers(bytes)
                let vcpus = Int(numbers.next())
                for type in ["posix", "credit", "fair"] {
                    let parameters = Dictionary(
                        ["cpu_shares", "weight", "cap", "vcpu_quota", "vcpu_period"].map { ($0, numbers.value()) }
                    ) { first, _ in first }
                    let rules = SchedulerRules(reading: .init(type: type, parameters: parameters), vcpus: vcpus)
                    consume((rules.cap, rules.weight))
                    let value = numbers.next()
                    _ = try? rules.parameters(weight: value, cap: value)
                }
            },
            FuzzTarget("figures", isHosts: true) { bytes in
                var numbers = Numbers(bytes)
                SmallFleet.plan { survey in
                    survey.memoryKiB = numbers.next()
                    survey.freeMemory = numbers.next()
                    survey.cpus = Int(numbers.next())
                    survey.pools[0].available = numbers.next()
                    survey.pools[0].capacity = numbers.next()
                }
                SmallFleet.sweep([
                    ObservedCopy(
                        volume: VolumeName(pool: "default", name: "vms-image-a"), bytes: numbers.next(),
                        written: Date(told: Double(numbers.next())), uses: [])
                ])
            },
        ]
    }

    /// Integers from bytes, eight bytes for each; zeros when the bytes run out.
    private struct Numbers {
        private var rest: ArraySlice<UInt8>

        init(_ bytes: [UInt8]) { rest = bytes[...] }

        mutating func next() -> Int64 {
            defer { rest = rest.dropFirst(8) }
            return Int64(bitPattern: rest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
        }

        /// A value whose type the number itself selects.
        mutating func value() -> ParameterValue {
            let number = next()
            return switch number & 7 {
            case 0: .int32(Int32(truncatingIfNeeded: number))
            case 1: .uint32(UInt32(truncatingIfNeeded: number))
            case 2, 3: .int64(number)
            case 4, 5: .uint64(UInt64(bitPattern: number))
            case 6: .double(Double(bitPattern: UInt64(bitPattern: number)))
            default: .string("\(number)")
            }
        }
    }
#endif
