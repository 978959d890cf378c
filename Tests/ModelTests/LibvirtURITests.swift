import Testing

@testable import Model

@Suite("Allowed connection URIs") struct LibvirtURITests {
    @Test(
        "allowed URIs are composed anew",
        arguments: [
            ("test:///default", "test:///default"),
            ("qemu:///system", "qemu:///system"), ("qemu:///session", "qemu:///session"),
            ("xen:///system", "xen:///system"), ("xen:///", "xen:///system"),
            ("qemu+unix:///system", "qemu+unix:///system"),
            (
                "qemu+unix:///system?socket=/run/x/socket/libvirt-sock",
                "qemu+unix:///system?socket=/run/x/socket/libvirt-sock"
            ),
            ("qemu:///system?socket=/a/.b/c", "qemu:///system?socket=/a/.b/c"),
            ("qemu:///system?mode=legacy&socket=/a", "qemu:///system?socket=/a&mode=legacy"),
            ("qemu+tls://h1.example.org/system", "qemu+tls://h1.example.org/system"),
            ("qemu+tls://vms@192.0.2.1:16514/system", "qemu+tls://vms@192.0.2.1:16514/system"),
            ("xen+tls://[2001:DB8:0::1]:1/", "xen+tls://[2001:db8::1]:1/system"),
            ("qemu+tcp://h/system", "qemu+tcp://h/system"),
        ])
    func allowed(input: String, text: String) throws {
        let uri = try LibvirtURI(input)
        #expect(uri.text == text)
        #expect(try LibvirtURI(uri.text) == uri, "our own spelling is stable")
    }

    @Test(
        "everything else is refused, with the field",
        arguments: [
            // Drivers that read files, or anything else.
            "test:///etc/shadow", "test:///dev/ptmx#1", "test:///dev/ptmx", "test:///default?x=y", "test:///default/",
            "test://h/default", "test+unix:///default", "test:///", "test:///Default", "TEST:///default",
            "test:///default#", "test:///../default", "test:////default", "esx://h/", "file:///etc/passwd",
            "openvz:///system", "vbox:///session", "http://h/", "lxc:///system", "ch:///system",
            // Transports that run commands, or belong to other connection types.
            "qemu+ext:///system?command=/bin/true", "qemu+ssh://h/system", "qemu+ssh://h/system?command=/bin/true",
            "qemu+libssh://h/system", "qemu+libssh2://h/system", "qemu+unix+tls:///system", "qemu+://h/system",
            "qemu+TLS://h/system", "+tls://h/system", "qemu+vsock://h/system",
            // Characters that libvirt's parser treats as a separator, an escape or an end.
            "qemu+tls://h/system?no_verify=1", "qemu+tls://h/system;no_verify=1",
            "qemu:///system?socket=/a;no_verify=1", "qemu:///system?mode=auto;command=/bin/true",
            "qemu:///system?socket=/a%3bcommand=x", "qemu:///system?socket=%2fa", "qemu:///%73ystem",
            "qemu:///system#x", "qemu:///system?socket=/a#x", "qemu:///system?socket=/a?mode=auto",
            "qemu:///system?socket=/a=b", "qemu:///system\n", "qemu:///sys\u{0}tem", "qemu:///system ",
            " qemu:///system",
            "qemu:///système", "qemu:///system?socket=/a\u{7f}", "qemu\\:///system",
            // Parameters.
            "qemu:///system?", "qemu:///system?&", "qemu:///system?socket=/a&", "qemu:///system?socket=/a&socket=/b",
            "qemu:///system?netcat=y", "qemu:///system?pkipath=/etc", "qemu+tls://h/system?pkipath=/etc",
            "qemu:///system?keyfile=/x", "qemu:///system?mode=other", "qemu:///system?mode=",
            "qemu:///system?Socket=/a",
            "qemu:///system?socket", "qemu:///system?authfile=/x", "qemu:///system?name=test:///etc/shadow",
            "qemu+tls://h/system?name=test:///x", "qemu+tls://h/system?socket=/a", "qemu:///system?auto_probe=1",
            // Sockets.
            "qemu:///system?socket=", "qemu:///system?socket=a", "qemu:///system?socket=../a",
            "qemu:///system?socket=/a/../b", "qemu:///system?socket=/a/./b", "qemu:///system?socket=/a//b",
            "qemu:///system?socket=/", "qemu:///system?socket=/a/", "qemu:///system?socket=@abstract",
            "qemu:///system?socket=/" + String(repeating: "a", count: 107),
            // Hosts, users, ports.
            "qemu+tls:///system", "qemu://h/system", "qemu+unix://h/system", "qemu+tls://-h/system",
            "qemu+tls://h..x/system", "qemu+tls://./system", "qemu+tls://../system", "qemu+tls://a:b@h/system",
            "qemu+tls://@h/system", "qemu+tls://a@b@h/system", "qemu+tls://-o@h/system", "qemu+tls://a;b@h/system",
            "qemu+tls://h:/system", "qemu+tls://h:0/system", "qemu+tls://h:65536/system", "qemu+tls://h:01/system",
            "qemu+tls://h:+1/system", "qemu+tls://h:-1/system", "qemu+tls://h:1x/system", "qemu+tls://h:1:2/system",
            "qemu+tls://[::1/system", "qemu+tls://::1/system", "qemu+tls://[h]/system", "qemu+tls://[::1]x/system",
            "qemu+tls://[fe80::1%25eth0]/system", "qemu+tls://[::1]@h/system",
            // Paths.
            "qemu+tls://h", "qemu+tls://h/", "qemu+tls://h/session", "qemu:///", "qemu:///embed",
            "qemu:///embed?root=/tmp", "qemu:///system/", "qemu:////system", "qemu:///system/../session",
            "xen:///session", "xen:///var", "qemu:/system", "qemu:system", "qemu:", ":", "", "qemu", "//h/system",
            "qemu:///system?socket=/a" + String(repeating: "&mode=auto", count: 200),
        ])
    func refused(text: String) {
        #expect {
            try LibvirtURI(text)
        } throws: { error in
            let refusal = error as? Refusal
            return refusal?.code == .invalidValue && refusal?.subject == .uri
        }
    }
}

extension LibvirtURITests {
    @Test(
        "a socket must be in libvirt's folder or in one that the operator allowed",
        arguments: [
            ("qemu:///system", true), ("qemu+unix:///system?socket=/run/libvirt/libvirt-sock", true),
            ("qemu:///system?socket=/var/run/libvirt/a/virtqemud-sock", true),
            ("qemu:///system?mode=direct&socket=/srv/lab/s", true), ("test:///default", true),
            ("qemu+tls://h/system", true), ("qemu:///system?socket=/etc/shadow", false),
            ("qemu:///system?socket=/run/libvirt", false), ("qemu:///system?socket=/run/libvirt-x/s", false),
            ("qemu:///system?socket=/srv/labs", false), ("xen:///system?socket=/srv/x/run/libvirt/s", false),
        ])
    func sockets(text: String, isRight: Bool) throws {
        let uri = try LibvirtURI(text)
        let folders = LibvirtURI.usualSocketFolders + ["/srv/lab"]
        guard !isRight else { return try uri.checkSocket(under: folders) }
        #expect {
            try uri.checkSocket(under: folders)
        } throws: { error in
            let refusal = error as? Refusal
            return refusal?.code == .invalidValue && refusal?.subject == .uri
        }
    }
}

@Suite("Registration of a host") struct RegistrationTests {
    private func checked(_ name: String, uri: String? = nil, known: [Host] = []) throws -> Host {
        try Registration(
            host: Host(name: name, hostKey: nil, addresses: [], uri: uri, memoryMiB: nil), known: known
        ).checked()
    }

    private func code(_ body: () throws -> Void) -> Refusal.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? Refusal)?.code
        }
    }

    @Test(
        "names that could lead to the files of others, or to no file, are invalid",
        arguments: [
            ".", "..", "...", ".h", "h.", "h..x", "", "-h", "h/x", "../h", "h x", "h\n", "h\u{0}", "é", "a:b", "*",
            "h;x",
            String(repeating: "a", count: 250), String(repeating: "a", count: 64),
            String(repeating: "a.", count: 124) + "ab", String(repeating: "abcd.", count: 26), "~", "%n", "+x", "[::1]",
        ])
    func names(name: String) {
        #expect(code { _ = try checked(name, uri: "test:///default") } == .invalidName)
        #expect(code { _ = try checked(name) } == .invalidName)
    }

    @Test(
        "addresses that ssh or a shell could take for something else are invalid",
        arguments: [
            "", "-oProxyCommand=x", "h;x", "h x", "h\n", "$(x)", "`x`", "h|x", "h/x", "root@h", "h\u{0}", "é",
        ])
    func addresses(address: String) {
        #expect(
            code {
                _ = try Registration(
                    host: Host(name: "h1", hostKey: nil, addresses: [address], uri: nil, memoryMiB: nil), known: []
                ).checked()
            } == .invalidAddress)
    }

    @Test(arguments: [
        "h1", "EV.ssh", "a_b", "192.0.2.1", "2001:db8::1", "h1.example.org", String(repeating: "a", count: 63),
    ])
    func goodNames(name: String) throws {
        #expect(try checked(name).addresses == [name])
    }

    @Test("a URI is recorded in our spelling, and only once however it is spelled")
    func uri() throws {
        let host = try checked("h1", uri: "xen:///")
        #expect(host.uri == "xen:///system")
        #expect(code { _ = try checked("h2", uri: "xen:///system", known: [host]) } == .hostAddressTaken)
        #expect(code { _ = try checked("h2", uri: "test:///etc/shadow") } == .invalidValue)
    }
}
