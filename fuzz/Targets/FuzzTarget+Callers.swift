#if DEBUG || FUZZ
    @testable import HTTP
    @testable import Model
    @testable import SOAP
    @testable import VMSAPI
    @testable import VMSClient
    @testable import XML

    extension FuzzTarget {
        /// Requests of callers, and a server's answers to its client.
        static let callers: [FuzzTarget] = [
            FuzzTarget("xml") { bytes in
                guard let tree = try? XMLParser().parse(bytes: bytes) else { return }
                _ = try? XMLParser.tree(tree.xmlText)
            },
            FuzzTarget("soap") { bytes in
                do throws(SOAPRefusal) {
                    read(try SOAPReader().request(bytes, charset: nil))
                } catch {
                    consume(SOAPWriter(error.version, addressing: error.addressing).fault(error.fault))
                }
            },
            FuzzTarget("mtom") { bytes in
                guard let request = try? SOAPReader().request(bytes, multipart: package) else { return }
                read(request)
            },
            FuzzTarget("json") { bytes in
                guard let value = try? JSONReader.value(of: bytes) else { return }
                consume(JSONWriter.text(of: value))
                guard case .object(let members) = value else { return }
                for member in members { read(service: member.name, member.value) }
            },
            FuzzTarget("answer") { bytes in
                guard let value = try? JSONReader.value(of: bytes) else { return }
                _ = try? VirtualMachineServerFault(wire: value)
                for service in ServiceList.all { answer(service, value) }
            },
            FuzzTarget("gzip") { bytes in
                _ = (Gzip.inflated(bytes, .gzip, limit: 1 << 20), Gzip.inflated(bytes, .deflate, limit: 1 << 20))
            },
            FuzzTarget("events") { bytes in
                var reader = ServerEvents(from: "s")
                guard let events = try? reader.take(bytes) else { return }
                for event in events {
                    guard let value = try? JSONReader.value(of: Array(event.data.utf8)) else { continue }
                    consume((try? ConsoleEvent(wire: value), try? Event(wire: value)))
                }
            },
            FuzzTarget(text: "place") { text in
                guard case .position(let position, let session) = ConsolePlace(text) else { return }
                precondition(ConsolePlace(position.text(in: session)) == .position(position, session: session))
                var (history, next) = (ConsoleHistory(), position)
                history.append(Array("text".utf8))
                consume((history.position(.position(position, session: session), in: session), history.isBehind(next)))
                consume(history.read(from: &next, atMost: 1))
            },
            FuzzTarget(text: "header") { text in
                consume((ContentType(text), try? MediaType(text)))
            },
            FuzzTarget(text: "address") { text in
                _ = (IPAddress(text), MACAddress(text), try? MachineName(text))
                if let prefix = try? IPPrefix(text, subject: .field("prefix")) { consume("\(prefix)") }
                if let address = try? InterfaceAddress(text, subject: .address) {
                    consume("\(address) \(IPPrefix(address.address, length: address.prefix))")
                }
            },
            FuzzTarget("plan") { bytes in
                guard let value = try? JSONReader.value(of: bytes), let wire = try? PlanVirtualNetwork(wire: value),
                    let request = try? NetworkRequest(wire, name: "n1")
                else { return }
                _ = try? SmallFleet.plan(request)
            },
        ]

        private static let package =
            #"multipart/related; type="application/xop+xml"; start="<r>"; start-info="text/xml"; boundary="b""#

        private static func read(_ request: SOAPRequest) { read(service: request.service, request.payload) }

        private static func read(service name: String, _ value: WireValue) {
            guard let service = ServiceList.all.first(where: { $0.name == name }) else { return }
            read(service, value)
        }

        private static func read<Request: Service>(_ service: Request.Type, _ value: WireValue) {
            guard let request = try? Request(request: value) else { return }
            consume(request.wireValue)
        }

        private static func answer<Request: Service>(_ service: Request.Type, _ value: WireValue) {
            guard let answer = try? Request.Response(wire: value) else { return }
            consume(JSONWriter.text(of: answer.wireValue))
        }
    }
#endif
