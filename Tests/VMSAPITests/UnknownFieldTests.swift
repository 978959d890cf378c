import Testing
import VMSAPI

/// Names in a request that its schema does not know.
struct UnknownFieldTests {
    private func request<S: Service>(_ type: S.Type, _ json: String) throws -> S {
        try S(request: JSONReader.value(of: Array(json.utf8)))
    }

    private func failure<S: Service>(_ type: S.Type, _ json: String) -> FieldError? {
        #expect(throws: FieldError.self, "\(json)") { _ = try request(type, json) }
    }

    @Test(
        "A name that differs from a field only by case or punctuation is refused, with the field's name",
        arguments: [
            (#"{"Async":true}"#, "Async", "async"), (#"{"vmDisksize":5}"#, "vmDisksize", "vmDiskSize"),
            (#"{"vm_disk_size":5}"#, "vm_disk_size", "vmDiskSize"), (#"{"vm-ram":5}"#, "vm-ram", "vmRAM"),
            (#"{"net.interface":"br0"}"#, "net.interface", "netInterface"), (#"{"IMAGE":"x"}"#, "IMAGE", "image"),
            (#"{"image ":"x"}"#, "image ", "image"), (#"{"vMName":"x"}"#, "vMName", "vmName"),
            (#"{"@image":"x"}"#, "@image", "image"), (#"{"waitfor":null}"#, "waitfor", "waitFor"),
            (#"{"image":"a","Image":"b"}"#, "Image", "image"),
        ])
    func misspelt(json: String, field: String, intended: String) {
        let error = failure(CreateVirtualMachine.self, json)
        #expect(error?.code == .unknownField)
        #expect(error?.field == field)
        #expect(error?.description.contains("'\(intended)'") == true, "\(error?.description ?? "")")
    }

    @Test("Also inside a structure, with its path, in every wrapping of lists")
    func nested() {
        for (json, place) in [
            (#"{"link":[{"name":"a","end":[{"router":"r"},{"router":"s","Address":"x"}]}]}"#, "link[0].end[1].Address"),
            (#"{"link":[{"name":"a"},{"name":"b","Delay":5}]}"#, "link[1].Delay"),
            (#"{"router":{"router":[{"name":"a"},{"name":"b","physerver":"h"}]}}"#, "router[1].physerver"),
            (#"{"router":{"name":"a","kernel-version":"1"}}"#, "router[0].kernel-version"),
            (#"{"args0":{"router":{"name":"a","Vcpus":1}}}"#, "router[0].Vcpus"),
        ] {
            let error = failure(PlanVirtualNetwork.self, json)
            #expect(error?.code == .unknownField)
            #expect(error?.field == place)
        }
    }

    @Test("Every spelling of every field of every service is still read", arguments: ServiceList.all.indices)
    func known(index: Int) {
        func check<S: Service>(_ type: S.Type) {
            for field in S.description.fields {
                for name in [field.name] + field.aliases {
                    let request = WireValue.object([.init(name, .null)])
                    do throws(FieldError) { _ = try S(request: request) } catch {
                        #expect(error.code != .unknownField, "\(name)")
                    }
                }
            }
        }
        check(ServiceList.all[index])
    }

    @Test("The first clients' own fields pass, beside known fields and inside structures")
    func others() throws {
        let request = try request(
            DestroyVirtualMachine.self,
            #"{"phyServer":"h","VMName":"r","owner":"me","vmState":{"a":[1]},"nodeCount":2}"#)
        #expect(request.vmName == "r")
        let network = try self.request(
            PlanVirtualNetwork.self, #"{"router":[{"name":"a","colour":"red"}],"": 1,"@xyz":"1"}"#)
        #expect(network.router.map(\.name) == ["a"])
        let nodes = try self.request(RegisterNodes.self, #"{"Node":{"NodeName":"a","NodeArch":"x"}}"#)
        #expect(nodes.node.map(\.nodeName) == ["a"])
    }

    @Test(
        "A service with dryRun refuses every unknown name",
        arguments: ["dryrun", "DryRun", "dry-run", "dry_run", "dryRunn", "dru", "simulate", "x", "", "@dryRun", "@x"])
    func strict(name: String) {
        let json = "{\"\(name)\":true,\"olderThanDays\":0}"
        let error = failure(SweepImages.self, json)
        #expect(error?.code == .unknownField)
        #expect(error?.expected.contains("dryRun") == true, "\(error?.expected ?? "")")
        #expect(failure(EvacuatePhysicalServer.self, json)?.code == .unknownField)
        #expect(failure(MigrateVirtualNetwork.self, json)?.code == .unknownField)
        #expect(failure(SweepImages.self, "{\"element\":\(json)}")?.code == .unknownField)
    }

    @Test("Also inside its structures")
    func strictWithin() {
        let error = failure(MigrateVirtualNetwork.self, #"{"networkName":"n","router":[{"name":"a","hots":"b"}]}"#)
        #expect(error?.field == "router[0].hots")
        #expect(error?.expected.contains("phyServer") == true)
    }

    @Test("An empty dryRun does not count as left out")
    func emptyDryRun() throws {
        for json in [#"{"dryRun":""}"#, #"{"dryRun":" "}"#] {
            #expect(failure(SweepImages.self, json)?.code == .emptyField)
        }
        #expect(try request(SweepImages.self, #"{"dryRun":" true "}"#).dryRun == true)
        #expect(try request(SweepImages.self, #"{"dryRun":[null,true]}"#).dryRun == true)
        #expect(try request(SweepImages.self, "{}").dryRun == nil)
    }

    @Test("A field that limits the request does not count as left out if it has no value")
    func nothing() {
        func check<S: Service>(_ type: S.Type, _ others: String, _ fields: String...) {
            for field in fields {
                for value in ["null", "[]", "[null]", "[null,null]", #""""#] {
                    let error = failure(type, "{\(others)\"\(field)\":\(value)}")
                    #expect(error?.code == .emptyField, "\(field): \(value)")
                    #expect(error?.field == field)
                }
            }
        }
        check(SweepImages.self, "", "dryRun", "phyServer", "olderThanDays")
        check(EvacuatePhysicalServer.self, #""phyServer":"h","#, "dryRun", "maxGap", "live")
        check(MigrateVirtualNetwork.self, #""networkName":"n","#, "dryRun", "maxDowntime", "onDeadline")
        check(ApplyVirtualNetwork.self, #""networkName":"n","#, "plan")
        check(EndAbandoned.self, #""phyServer":"h","#, "forget")
    }

    @Test(
        "A service without dryRun refuses a request for a dry run, with the reason; others accept it",
        arguments: ServiceList.all.indices)
    func dryRunOfAny(index: Int) {
        func check<S: Service>(_ type: S.Type) {
            let forms = [
                #"{"NAME":true}"#, #"{"NAME":false}"#, #"{"NAME":null}"#, #"{"element":{"NAME":true}}"#,
                #"{"NAME":true,"args0":{}}"#, #"{"@NAME":"true","element":{"a":1}}"#,
                #"{"options":[{"a":{"NAME":1}}]}"#,
                #"{"a@NAME":"1"}"#, #"{"?NAME":""}"#,
            ]
            for form in forms {
                for name in ["dryRun", "DryRun", "dry-run", "dry_run", "isDryRun", "dryRunOnly", "dry"] {
                    guard !S.description.fields.contains(where: { $0.name == "dryRun" }) || name != "dryRun" else {
                        continue
                    }
                    let error = failure(type, form.replacing("NAME", with: name))
                    #expect(error?.code == .unknownField, "\(form) \(name)")
                }
            }
            #expect(failure(type, ##"{"#text":"dryRun=true"}"##)?.code == .unknownField)
        }
        check(ServiceList.all[index])
    }

    @Test("The refusal of a dry run names the service that plans")
    func dryRunInstead() {
        for error in [
            failure(CreateVirtualNetwork.self, #"{"dryRun":true}"#),
            failure(ApplyVirtualNetwork.self, #"{"dryRun":true}"#),
        ] { #expect(error?.expected.contains("planVirtualNetwork") == true, "\(error?.expected ?? "")") }
        let error = failure(DestroyVirtualMachine.self, #"{"dryRun":true}"#)
        #expect(error?.description.contains("destroyVirtualMachine has no dry run") == true)
    }

    @Test(
        "Members beside nested or wrapped fields are checked with them",
        arguments: [
            #"{"@dryRun":"true","element":{"olderThanDays":99}}"#, #"{"@x":"1","args0":{"olderThanDays":99}}"#,
            #"{"element":{"@dryRun":"true","olderThanDays":99}}"#,
            #"{"olderThanDays@dryRun":"true","olderThanDays":9}"#,
            ##"{"#text":"dryRun=true"}"##, #"{"?dryRun":"true"}"#, #"{"?x":"","element":{"olderThanDays":1}}"#,
        ])
    func beside(json: String) {
        #expect(failure(SweepImages.self, json)?.code == .unknownField)
    }

    @Test("Also in a list's wrapper, of structures and of values")
    func wrapper() {
        let move = failure(
            MigrateVirtualNetwork.self, #"{"networkName":"n","router":{"@dryRun":"1","router":[{"name":"a"}]}}"#)
        #expect(move?.field == "router.@dryRun")
        let plan = failure(PlanVirtualNetwork.self, #"{"@networkName":"zz","args0":{"router":{"name":"a"}}}"#)
        #expect(plan?.field == "@networkName")
        #expect(plan?.expected.contains("send it as 'networkName'") == true)
        for json in [
            #"{"link":{"@delay":"5","link":{"name":"a"}}}"#, #"{"router":{"@name":"s1","router":{"phyServer":"a"}}}"#,
        ] { #expect(failure(PlanVirtualNetwork.self, json)?.code == .unknownField, "\(json)") }
    }

    @Test("A body that is not a structure is reported as such")
    func body() {
        for json in ["[]", "1", #""dryRun""#] {
            #expect(failure(SweepImages.self, json)?.description.hasPrefix("body") == true)
        }
    }

    @Test("An answer of a newer server may have unknown fields")
    func answers() throws {
        let json = #"{"result":"SUCCESS","freed":1,"DryRun":true,"new":1}"#
        #expect(try SweepImagesResponse(wire: JSONReader.value(of: Array(json.utf8))).freed == 1)
    }

    @Test("An error shows a name shortened and without control characters")
    func shownBack() {
        let error = failure(SweepImages.self, "{\"\\u001b\(String(repeating: "x", count: 10_000))\":1}")
        #expect(error?.field.unicodeScalars.count == 81)
        #expect(error?.field.unicodeScalars.contains("\u{1B}") == false)
    }
}
