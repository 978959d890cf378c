import FoundationEssentials
import Testing
import VMSAPI

@testable import vms

/// Topology files: the request of each example, and every kind of error in a file.
struct TopologyTests {
    private static let examples = [
        "paper", "ring-of-six", "full-mesh", "no-ip", "side-by-side/ipv4", "side-by-side/ipv6",
    ]

    private func request(_ text: String, path: String = "campus.yaml") throws -> String {
        JSONText.line(.object(try TopologyFile.topology(of: Array(text.utf8), path: path).members))
    }

    private func problems(_ text: String, path: String = "campus.yaml") -> String? {
        #expect(throws: UsageError.self) { _ = try request(text, path: path) }?.description
    }

    @Test("The request of every example; VMS_WRITE_GOLDEN=1 writes the golden files", arguments: examples)
    func example(name: String) throws {
        let here = URL(filePath: #filePath).deletingLastPathComponent()
        let file = here.deletingLastPathComponent().deletingLastPathComponent().appending(path: "examples/\(name).yaml")
        let topology = try TopologyFile.topology(file.path)
        let text = JSONText.pretty(.object(topology.members)) + "\n"
        let golden = here.appending(path: "Golden/topology-\(name.split(separator: "/").joined(separator: "-")).json")
        if ProcessInfo.processInfo.environment["VMS_WRITE_GOLDEN"] == "1" { try Data(text.utf8).write(to: golden) }
        #expect(text == String(decoding: try Data(contentsOf: golden), as: UTF8.self))
    }

    @Test("A router's own keys have precedence over the defaults, and an image is chosen as a whole")
    func defaults() throws {
        let text = """
            defaults: {stack: rip, ram: 96}
            routers:
              r1: {host: h1}
              r2: {ram: 128, image: ipv4-rip, vcpus: 2}
              r3:
            links:
              east: {ends: {r2: 10.0.9.1, r3: }, prefix: 10.0.9.0/24, mtu: 1400}
            """
        #expect(
            try request(text, path: "some/campus.yml")
                == #"{"networkName":"campus","router":[{"name":"r1","phyServer":"h1","vmRAM":96,"stack":"rip"},"#
                + #"{"name":"r2","vmRAM":128,"vcpus":2,"image":"ipv4-rip"},{"name":"r3","vmRAM":96,"stack":"rip"}],"#
                + #""link":[{"name":"east","end":[{"router":"r2","address":"10.0.9.1"},{"router":"r3"}],"#
                + #""prefix":"10.0.9.0/24","mtu":1400}]}"#)
    }

    @Test("JSON is YAML too, also with tabs; an alias has the value of its anchor")
    func json() throws {
        let expected = #"{"networkName":"n1","router":[{"name":"r1","phyServer":"h1"}]}"#
        #expect(
            try request("{\n\t\"network\": \"n1\",\n\t\"routers\": {\"r1\": {\"host\": \"h1\"}}\n}\n", path: "x.json")
                == expected)
        #expect(
            try request("network: n1\ndefaults: &all {host: h1}\nrouters: {r1: *all}\n") == expected)
        #expect(try request("routers: {r1: }", path: "-") == #"{"router":[{"name":"r1"}]}"#)
    }

    @Test("aliases of scalars, and stars in comments and texts, do not grow a file")
    func harmlessStars() throws {
        let links = (1...40).map { "  x\($0): {ends: [r1], mtu: *mtu}" }.joined(separator: "\n")
        let many = "routers: {r1: }\nlinks:\n  x0: {ends: [r1], mtu: &mtu 1400}\n\(links)\n"
        #expect(try request(many, path: "-").split(separator: #""mtu":1400"#).count == 42)
        let stars = (1...30).map { "*s\($0)" }.joined(separator: " ")
        #expect(try request("# \(stars)\nrouters: {r1: }  # \(stars)\n", path: "-").contains("r1"))
        let folded = "\n      \(stars)\n      \(stars)"
        for text in ["\"\(stars)\"", "'\(stars)'", "x \(stars)", "|\(folded)", ">\(folded)", "x\(folded)"] {
            #expect(try request("routers:\n  r1:\n    description: \(text)\n", path: "-").contains("*s30"), "\(text)")
        }
        #expect(try request("routers: {r1: {description: a *b}}", path: "-").contains(#""description":"a *b""#))
    }

    @Test("a structure that many aliases share is accepted; aliased lists of lists are refused, in every form")
    func bombs() throws {
        let routers = (1...100).map { "  r\($0): *all" }.joined(separator: "\n")
        let shared = "defaults: {stack: rip}\nrouters:\n  r0: &all {ram: 96, host: h1}\n\(routers)\n"
        #expect(try request(shared, path: "-").split(separator: #""vmRAM":96"#).count == 102)
        func bomb(_ line: (Int) -> String) -> String {
            "a0: &a0 [x, x]\n" + (1...40).map(line).joined(separator: "\n") + "\nrouters: {r1: }\n"
        }
        let bombs: [(Int) -> String] = [
            { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]" },
            { "a\($0): &a\($0)\n  - *a\($0 - 1)\n  - *a\($0 - 1)  # more" },
            { "a\($0): &a\($0) {x: *a\($0 - 1), y: *a\($0 - 1)}" },
            { "a\($0): &a\($0) {x: {<<: [*a\($0 - 1), *a\($0 - 1)]}}" },
            { "a\($0): &a\($0)\n  ? *a\($0 - 1)\n  : *a\($0 - 1)" },
            // After a quote that opens no string.
            { "it\($0)'s: it's\na\($0): &a\($0) [ *a\($0 - 1) , *a\($0 - 1) ]" },
        ]
        for (index, line) in bombs.enumerated() {
            #expect(problems(bomb(line))?.contains("more than 10 aliases (*name)") == true, "\(index)")
        }
        // Nested so deep that following the aliases would end the program.
        #expect(problems(bomb { "a\($0): &a\($0) [*a\($0 - 1)]" })?.contains("has no key 'a0'") == true)
        let deep = (1...20_000).map { "a\($0): &a\($0) [*a\($0 - 1)]" }.joined(separator: "\n")
        #expect(problems("a0: &a0 [x]\n\(deep)\nrouters: {r1: }\n")?.contains("nested deeper than") == true)
    }

    @Test("merge keys add missing keys; of several structures the first has precedence")
    func merges() throws {
        func routers(_ text: String) throws -> String { try request("network: n\n" + text, path: "-") }
        let common = "r1: &common {ram: 96, vcpus: 1, description: edge}"
        #expect(
            try routers("routers:\n  \(common)\n  r2: {<<: *common, host: h2, ram: 128}")
                .contains(#"{"name":"r2","phyServer":"h2","vmRAM":128,"vcpus":1,"description":"edge"}"#))
        #expect(
            try routers("routers:\n  \(common)\n  r3: {<<: [*common, {cap: 50, ram: 7}], host: h3}")
                .contains(#"{"name":"r3","phyServer":"h3","vmRAM":96,"vcpus":1,"cap":50,"description":"edge"}"#))
        #expect(
            try routers("routers:\n  r1: &a {ram: 96}\n  r2: &b {<<: *a, vcpus: 2}\n  r3: {<<: *b}")
                .contains(#"{"name":"r3","vmRAM":96,"vcpus":2}"#))
        #expect(
            try routers("routers: {r1: , r2: }\nlinks:\n  a: &l {ends: [r1, r2], mtu: 1400}\n  b: {<<: *l, mtu: 1300}")
                .contains(#"{"name":"b","end":[{"router":"r1"},{"router":"r2"}],"mtu":1300}"#))
        #expect(
            problems("routers:\n  r1: {<<: rip}")?.contains("2:12: routers.r1.<< is 'rip'; must be a structure") == true
        )
        // Values for aliases may have a name of their own at the top level, and nowhere else.
        #expect(
            try routers("x-big: &big {ram: 256}\nx-other: [1, {a: b}]\nrouters:\n  r1: {<<: *big, vcpus: 2}")
                .contains(#"{"name":"r1","vmRAM":256,"vcpus":2}"#))
        #expect(problems("routers:\n  r1: {x-ram: 96}")?.contains("has no key 'x-ram'") == true)
        #expect(problems("routers:\n  r1: {<<: {hots: h1}}")?.contains("has no key 'hots'; did you mean") == true)
        #expect(problems("routers:\n  r1: {\"<<\": {ram: 96}}")?.contains("has no key '<<'") == true)
    }

    @Test("The shape of a link, and a router's share of processors")
    func shapes() throws {
        let text = """
            defaults: {weight: 256}
            routers: {r1: {host: h1, cap: 50}}
            links: {l1: {ends: [r1], bandwidth: 10000, delay: 2.5, loss: 1}}
            """
        #expect(
            try request(text)
                == #"{"networkName":"campus","router":[{"name":"r1","phyServer":"h1","weight":256,"cap":50}],"#
                + #""link":[{"name":"l1","end":[{"router":"r1"}],"bandwidth":10000,"delay":2.5,"loss":1}]}"#)
    }

    static let wrong: [(String, String)] = [
        (
            "routers: {r1: }\nlinks: {l1: {ends: [r1], bandwidth: 10M}}",
            "2:37: links.l1.bandwidth is '10M'; must be a whole number in kbit/s from 8 to 100000000"
        ),
        (
            "routers: {r1: }\nlinks: {l1: {ends: [r1], delay: 20ms}}",
            "2:33: links.l1.delay is '20ms'; must be a number in ms from 0 to 10000"
        ),
        (
            "routers: {r1: }\nlinks: {l1: {ends: [r1], loss: 50.1}}",
            "2:32: links.l1.loss is '50.1'; must be a number in percent from 0 to 50"
        ),
        ("routers: {r1: {cap: half}}", "1:21: routers.r1.cap is 'half'; must be a whole number in percent"),
        ("", "1:1: the file is empty; must have routers and links"),
        ("# nothing\n", "1:1: the file is empty"),
        ("just words", "1:1: the file is 'just words'; must be routers and links"),
        ("routers: {r1: }\nlinkz: {}", "2:1: the file has no key 'linkz'; did you mean links?"),
        ("network: n1", "1:1: there is no key 'routers'; a network needs at least one"),
        ("routers: {}", "1:10: routers is empty; a network needs at least one"),
        ("routers: [r1, r2]", "1:10: routers is a list; must be each router by its name"),
        ("routers:\n  r1: {hots: h1}", "2:8: routers.r1 has no key 'hots'; did you mean host, os?"),
        ("routers:\n  r1: {colour: red}", "its keys are host, ram, vcpus"),
        ("routers:\n  r1: h1", "2:7: routers.r1 is 'h1'; must be its values, such as {host: h1, ram: 96}"),
        (
            "routers:\n  r1: {ram: much}",
            "2:13: routers.r1.ram is 'much'; must be a whole number in MiB from 1 to 16777216"
        ),
        ("routers:\n  r1: {ram: 0}", "2:13: routers.r1.ram is '0'; must be"),
        ("routers:\n  r1: {ram: 96.5}", "routers.r1.ram is '96.5'"),
        ("routers:\n  r1: {ram: \"96\"}", "routers.r1.ram is \"96\""),
        ("routers:\n  r1: {host: [h1]}", "2:14: routers.r1.host is a list; must be text"),
        ("routers:\n  r1: {host: }", "routers.r1.host is empty; must be text"),
        ("routers:\n  a b: {}", "2:3: the name of a router is 'a b'; must be 1 to 63 letters"),
        ("routers:\n  \"r\\x31\": {}", "2:3: the name of a router is \"r1\"; must be"),
        ("routers:\n  r1:\n  r1:\n", "2:3: 'r1' is here and again below; each name may occur once"),
        ("routers:\n  [r1]: {}", "routers has a list as a key; must be a name"),
        ("network: [x]\nrouters: {r1: }", "1:10: network is a list"),
        ("defaults: {description: x}\nrouters: {r1: }", "1:12: defaults has no key 'description'"),
        (
            "routers: {r1: }\nlinks: {l1: {ends: [r1, r9]}}",
            "2:25: links.l1.ends: there is no router 'r9'; did you mean r1?"
        ),
        ("routers: {r1: }\nlinks: {l1: {ends: [r1, r1]}}", "2:25: links.l1.ends: 'r1' is there twice"),
        (
            "routers: {r1: }\nlinks: {l1: {ends: r1}}",
            "2:20: links.l1.ends is 'r1'; must be its routers, such as [r1, r2]"
        ),
        ("routers: {r1: }\nlinks: {l1: {mtu: 1400}}", "2:9: links.l1 has no key 'ends'"),
        (
            "routers: {r1: }\nlinks: {l1: {ends: [r1], mtu: 9}}",
            "links.l1.mtu is '9'; must be a whole number in bytes from 68"
        ),
        ("routers: {r1: {host: h1}", "is not YAML:"),
        ("routers:\n\tr1:", "2:1: is not YAML: found character that cannot start any token"),
        ("routers: {r1: }\n---\nrouters: {r2: }", "is not YAML: but found another document"),
        ("routers: *all", "1:10: is not YAML: found undefined alias"),
        ("routers: {r1: }\n# \u{7}", "2:3: is not YAML: control characters are not allowed"),
    ]

    @Test("An error has file, line, column, the value and the valid ones", arguments: wrong)
    func refused(text: String, words: String) {
        let message = problems(text) ?? ""
        #expect(message.contains(words) && message.hasPrefix("campus.yaml:"), "\(message)")
    }

    @Test("All errors are reported together, in the file's order")
    func all() {
        let message = problems("routers:\n  r1: {hots: h1}\nlinks:\n  l1: {ends: [r1, r9], mtu: x}\nlinkz:\n")
        #expect(
            message?.split(separator: "\n").map { $0.trimmed.prefix(15) } == [
                "campus.yaml:2:8", "campus.yaml:4:1", "campus.yaml:4:2", "campus.yaml:5:1",
            ])
    }

    @Test("An error in the defaults is reported once, and of many errors the first twenty")
    func many() {
        #expect(
            problems("defaults: {ram: x}\nrouters: {r1: , r2: , r3: }")?.split(separator: "\n").count == 1)
        let ends = (1...3000).map { "x\($0)" }.joined(separator: ", ")
        let message = problems("routers: {r1: }\nlinks: {l1: {ends: [\(ends)]}}")
        #expect(message?.split(separator: "\n").count == 21 && message?.hasSuffix("and 2980 more like these") == true)
    }

    @Test("The file's name is the network's name, if it is valid")
    func fileName() {
        #expect(problems("routers: {r1: }", path: "my net.yaml")?.hasPrefix("my net.yaml:1:1: the file's name") == true)
    }

    @Test("A file that is not text, too large, or grows by aliases, is refused before it is read")
    func hostile() throws {
        #expect {
            try TopologyFile.topology(of: Array("a: b\nü".utf8) + [0xFF], path: "x.yaml")
        } throws: {
            ($0 as? UsageError)?.description == "x.yaml:2:2: is not text in UTF-8"
        }
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...40 {
            bomb += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n"
        }
        #expect(problems(bomb + "? *a40\n: x\n")?.contains("more than 10 aliases (*name)") == true)
        #expect(problems(String(repeating: "[", count: 100_000))?.contains("is not YAML") == true)
        let file = FileManager.default.temporaryDirectory.appending(
            path: "vms-large-\(ProcessInfo.processInfo.processIdentifier).yaml")
        try Data(repeating: 0x20, count: TopologyFile.largest + 1).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        #expect {
            try TopologyFile.topology(file.path)
        } throws: {
            ($0 as? UsageError)?.description.hasSuffix("holds more than 1 MiB") == true
        }
    }

    @Test("A word with an extension or a slash is a file; a file has all fields but async")
    func words() throws {
        #expect(["a.yaml", "a.yml", "a.json", "./a", "-"].allSatisfy(TopologyFile.isNamed))
        #expect(["a", "a.yamlx", "campus-2"].allSatisfy { !TopologyFile.isNamed($0) })
        let settings = Settings(server: "s")
        let arguments = try VerbArguments(["net.yaml", "--async"], of: .named("network create"), settings: settings)
        #expect(arguments.topologyFile == "net.yaml" && arguments.assignments.map(\.path) == [["async"]])
        let named = try VerbArguments(["net", "--stack", "rip"], of: .named("network create"), settings: settings)
        #expect(named.topologyFile == nil && named.assignments.count == 2)
        #expect(
            #expect(throws: UsageError.self) {
                _ = try VerbArguments(["net.yaml", "--stack", "rip"], of: .named("network create"), settings: settings)
            }?.description == "--stack was given with net.yaml: the file describes the whole; set it there")
    }
}

extension Substring {
    fileprivate var trimmed: Substring { drop { $0 == " " } }
}
