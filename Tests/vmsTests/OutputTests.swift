import Testing
import VMSAPI

@testable import vms

struct OutputTests {
    @Test("Characters that a terminal would act on are escaped")
    func visible() {
        #expect("a\u{1B}[31m\u{7}b\n\u{9B}\u{202E}ü🚀".visible == "a\\u{1b}[31m\\u{7}b\\n\\u{9b}\\u{202e}ü🚀")
        let json = JSONText.line(.string("\u{1B}\u{7F}\u{9B}\u{202E}ü"))
        #expect(json == #""\u001b\u007f\u009b\u202eü""#)
    }

    @Test("A list is a table without its empty columns")
    func table() throws {
        var one = MachineSummary()
        one.vmName = "r1"
        one.phyServer = "host-one"
        one.uuid = "u1"
        one.state = .running
        one.managed = true
        one.vmRAM = 96
        var other = MachineSummary()
        other.vmName = "long-\u{1B}[2Jname"
        other.phyServer = "h2"
        other.uuid = "u2"
        var response = ListVirtualMachinesResponse()
        response.vm = [one, other]
        let text = ResponseText().text(response.wireValue, ListVirtualMachinesResponse.description)
        #expect(
            text == """
                vmName              phyServer  uuid  state    managed  vmRAM (MiB)
                r1                  host-one   u1    running  true     96
                long-\\u{1b}[2Jname  h2         u2    unknown  false    -

                """)
    }

    @Test(
        "No line of a table is longer than the terminal's, for any number of columns",
        arguments: [20, 40, 60, 80, 120])
    func narrow(columns: Int) {
        var image = Image()
        image.name = "ipv4-\(String(repeating: "n", count: 50))"
        image.version = "2026.11.1"
        image.os = "linux"
        image.arch = "x86_64"
        image.stack = ["ipv4-rip", "ipv6-ripng"]
        image.kernelVersion = "6.12.57-0-virt"
        image.description = String(repeating: "0123456789abcdef", count: 4)
        var response = ListImagesResponse()
        response.image = [image, image]
        let text = ResponseText(layout: Layout(columns: columns)).text(
            response.wireValue, ListImagesResponse.description)
        let lines = text.split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= columns }, "\(text)")
        // The blocks have all cells completely.
        if columns < 60 {
            let joined = lines.compactMap { $0.split(separator: " ").last.map(String.init) }.joined()
            #expect(joined.contains(String(repeating: "0123456789abcdef", count: 4)), "\(text)")
        }
        let headless = Table(rows: [["a-long-name-of-something", "another-long-name", "and-a-third-one"]])
        #expect(headless.text(Layout(columns: columns)).split(separator: "\n").allSatisfy { $0.count <= columns })
    }

    @Test("Loads have lines of the screen's width, without the last columns on a narrow one", arguments: [20, 80, 200])
    func loads(columns: Int) {
        var loads = ListLoadsResponse()
        for number in 1...3 {
            var vm = MachineLoad()
            (vm.vmName, vm.phyServer) = ("router-of-the-west-\(number)", "host-\(number).example.net")
            (vm.cpuUse, vm.memory, vm.rxRate, vm.writeRate) = (12.5, 1 << 30, 123_456, 99_000)
            vm.networkName = "a-network-of-many-routers"
            loads.vm.append(vm)
        }
        let lines = LoadText(loads: loads, layout: Layout(columns: columns)).text(rows: nil).split(separator: "\n")
        #expect(lines.count == 4 && lines.allSatisfy { $0.count <= columns })
        #expect(lines[0].hasPrefix("machine") && lines[0].hasSuffix("network") == (columns == 200))
    }

    @Test("A single structure is printed as pairs, with its parts below")
    func pairs() {
        var response = GetVirtualMachineStatusResponse()
        response.getName = "r1"
        response.memory = 98304
        response.state = .running
        response.asked = AskedMachine()
        var interface = Interface()
        interface.mac = "52:54:00:00:00:01"
        response.interface = [interface]
        let text = ResponseText().text(response.wireValue, GetVirtualMachineStatusResponse.description)
        #expect(!text.contains("SUCCESS"))
        #expect(text.contains("name       r1\n"))
        #expect(text.contains("memory     96 MiB\n"))
        #expect(!text.contains("getM"), "names of the first client's are for the wire")
        #expect(text.contains("asked:\n  state  unknown\n"))
        #expect(text.contains("interface:\n  mac\n  52:54:00:00:00:01\n"))
    }

    @Test("Lists of words have one on each line; an empty list is printed as such")
    func words() {
        var response = GetAvailableArchResponse()
        #expect(ResponseText().text(response.wireValue, GetAvailableArchResponse.description) == "(none)\n")
        response.arch = ["aarch64", "x86_64"]
        #expect(ResponseText().text(response.wireValue, GetAvailableArchResponse.description) == "aarch64\nx86_64\n")
        let done = UnregisterNodesResponse()
        #expect(ResponseText().text(done.wireValue, UnregisterNodesResponse.description) == "SUCCESS\n")
    }

    @Test("A table is cut to the terminal's width, the widest column first, and nowhere else")
    func cut() {
        let table = Table(
            header: ["name", "why", "x"],
            rows: [["r1", String(repeating: "w", count: 300), "y"], ["router-of-the-west", "short", "z"]])
        #expect(table.text().contains(String(repeating: "w", count: 300)))
        let lines = table.text(Layout(columns: 60)).split(separator: "\n")
        #expect(lines.map(\.count) == [60, 60, 60])
        #expect(lines[1].hasPrefix("r1                  " + String(repeating: "w", count: 36) + "…"))
        #expect(lines[2].hasPrefix("router-of-the-west  short"), "a narrow column is not cut")
        let narrow = table.text(Layout(columns: 1)).split(separator: "\n")
        #expect(narrow.contains { $0.hasSuffix("  router-o") }, "and never below the minimum width")
    }

    @Test(
        "Memory and sizes are in MiB, for every unit on the wire",
        arguments: [
            ("98304", "KiB", "96 MiB"), ("100000", "KiB", "97.7 MiB"), ("8589934592", "bytes", "8192 MiB"),
            ("1450", "bytes", "1450 bytes"), ("0", "bytes", "0 bytes"), ("96", "MiB", "96 MiB"), ("5", "ns", "5 ns"),
            ("9223372036854775807", "KiB", "9007199254740992 MiB"), ("many", "KiB", "many MiB"),
        ])
    func quantity(value: String, unit: String, text: String) {
        #expect(Quantity(value, unit: unit).text == text)
    }

    @Test("A column has one unit for all its rows")
    func unitOfColumn() {
        var small = Disk()
        (small.target, small.capacity) = ("vda", 1000)
        var large = Disk()
        (large.target, large.capacity) = ("vdb", 3 << 19)
        var response = GetVirtualMachineStatusResponse()
        response.disk = [small, large]
        let text = ResponseText().text(response.wireValue, GetVirtualMachineStatusResponse.description)
        #expect(text.contains("capacity (MiB)\n  vda     false     0\n  vdb     false     1.5\n"))
    }

    @Test("JSON for a person is the same JSON")
    func pretty() throws {
        let value = Contract.example
        let text = JSONText.pretty(value)
        #expect(try JSONReader.value(of: Array(text.utf8)) == value)
        #expect(text.hasPrefix("{\n  \"a\": [\n    1,\n    {}\n  ],\n"))
    }

    private enum Contract {
        static let example = WireValue.object([
            .init("a", .array([.number("1"), .object([])])), .init("b\n", .string("\u{9B}")), .init("c", .array([])),
        ])
    }

    @Test(
        "Progress in one line",
        arguments: [
            (.running, 2, 6, "sendImage", 12_897_485, 20_971_520, "step 3/6 sendImage 12.3 MiB of 20.0 MiB"),
            (.running, 0, 6, "prepare", nil, nil, "step 1/6 prepare"), (.running, 6, 6, nil, nil, nil, "step 6/6"),
            (.undoing, 3, 6, "define", nil, nil, "undoing define"), (.stuck, 3, 6, "define", nil, nil, "stuck"),
            (.running, 0, 1, "\u{1B}[2J", nil, nil, "step 1/1 \\u{1b}[2J"),
        ] as [(OperationState, Int32, Int32, String?, Int64?, Int64?, String)])
    func progress(
        state: OperationState, done: Int32, total: Int32, step: String?, bytes: Int64?, of: Int64?, text: String
    ) {
        var operation = VMSAPI.Operation()
        operation.state = state
        operation.done = done
        operation.total = total
        operation.step = step
        operation.bytesDone = bytes
        operation.bytesTotal = of
        #expect(ProgressLine.text(operation) == text)
    }

    @Test func progressShowsTheSender() {
        var operation = VMSAPI.Operation()
        operation.total = 2
        operation.step = "sendImage"
        (operation.bytesDone, operation.bytesTotal, operation.sender) = (1 << 20, 2 << 20, "h1")
        #expect(ProgressLine.text(operation) == "step 1/2 sendImage 1.0 MiB of 2.0 MiB from h1")
    }
}
