#if DEBUG || FUZZ
    import FoundationEssentials
    @testable import Hosts
    @testable import Model
    @testable import Storage

    extension FuzzTarget {
        /// Contents of files, and the names that are written to a machine's seed disk.
        static let files: [FuzzTarget] = [
            FuzzTarget("qcow2") { bytes in
                guard let header = QCOW2Header(bytes), let capacity = try? header.capacity() else { return }
                let tables = QCOW2Tables(header, size: Int64(bytes.count), capacity: capacity)
                let read: QCOW2Tables.Read = { offset, count in
                    Array(bytes[Int(min(max(0, offset), Int64(bytes.count)))...].prefix(max(0, min(count, 1 << 16))))
                }
                guard (try? tables.check(read)) != nil else { return }
                guard let begin = try? tables.begin(1 << 10, read) else { return }
                consume(DiskContent(head: begin, tail: begin).otherFormat?.name)
            },
            FuzzTarget("manifest") { bytes in _ = try? Manifest(bytes) },
            FuzzTarget("topology") { bytes in
                guard let topology = try? TopologyFile.topology(of: bytes, path: "-") else { return }
                consume(topology.members)
            },
            FuzzTarget("record") { bytes in
                let (decoder, data) = (JSONDecoder(), Data(bytes))
                _ = (try? decoder.decode(ImageDraft.self, from: data), try? decoder.decode(Machine.self, from: data))
                _ = (try? decoder.decode(VirtualNetwork.self, from: data), try? decoder.decode(Host.self, from: data))
                follow(data, decoder)
            },
            FuzzTarget(text: "seed") { text in
                var words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)[...]
                let (instance, host) = (words.popFirst() ?? "", words.popFirst() ?? "")
                let addresses = words.compactMap { try? InterfaceAddress($0, subject: .address) }
                let interfaces = words.map {
                    Seed.Interface(mac: MACAddress($0), addresses: addresses, mtu: Int(told: $0, in: Foreign.mtu))
                }
                consume(SeedDisk.image(of: Seed(instance: MachineID(instance), hostName: host, interfaces: interfaces)))
            },
        ]

        /// Decodes a plan, or a plan with journal entries that follow it, as the store does at a start.
        private static func follow(_ data: Data, _ decoder: JSONDecoder) {
            struct Stored: Decodable {
                var plan: Plan
                var journal: [JournalEntry]
            }
            _ = try? decoder.decode(JournalEntry.self, from: data)
            let stored = try? decoder.decode(Stored.self, from: data)
            guard let plan = stored?.plan ?? (try? decoder.decode(Plan.self, from: data)), plan.isWhole else { return }
            var operation = Operation(id: OperationID("o"), plan: plan, started: Date(timeIntervalSince1970: 0))
            for entry in stored?.journal ?? [] {
                guard (try? operation.apply(entry, at: operation.started)) != nil else { break }
            }
            consume((OperationSummary(operation), UnfinishedOperation(operation), operation.recovery, plan.stages))
            for index in operation.steps.indices {
                consume((operation.changes(with: .did(index), at: operation.started), plan.steps[index].words()))
            }
        }
    }
#endif
