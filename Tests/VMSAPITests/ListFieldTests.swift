import Testing
import VMSAPI

/// The fields of requests for lists.
struct ListFieldTests {
    private func read(_ json: String) throws -> ListVirtualMachines {
        try ListVirtualMachines(request: JSONReader.value(of: Array(json.utf8)))
    }

    @Test("A page is requested with filter, sort, limit and after")
    func fields() throws {
        let request = try read(
            #"{"filter":["state=running","name=r*","image=a=b"],"sort":"-name","limit":10000,"after":"abc"}"#)
        #expect(request.filter == [.init(.state, "running"), .init(.name, "r*"), .init(.image, "a=b")])
        #expect(request.sort == .init(.name, isDescending: true))
        #expect(request.limit == 10_000 && request.after == "abc")
        #expect(try read(#"{"filter":" state = shut* ","sort":" phyServer "}"#).filter == [.init(.state, "shut*")])
        let none = try read("{}")
        #expect(none.filter.isEmpty && none.sort == nil && none.limit == nil && none.after == nil)
    }

    @Test(
        "An invalid value is refused with its field and the valid values",
        arguments: [
            (#""limit":0"#, "limit", "must be from 1 to 10000"),
            (#""limit":10001"#, "limit", "must be from 1 to 10000"),
            (#""sort":"stat""#, "sort", "did you mean 'state'? There are phyServer, name, state, memory, vcpus"),
            (#""sort":"image""#, "sort", "There are phyServer, name, state, memory, vcpus"),
            (#""filter":["name=a","stat=running"]"#, "filter[1]", "did you mean 'state'? There are name, phy"),
            (#""filter":["server=h1"]"#, "filter[0]", "did you mean 'phyServer'?"),
            (#""filter":["running"]"#, "filter[0]", "must be KEY=VALUE with one of the keys name, phyServer, state"),
            (#""filter":["state=runing"]"#, "filter[0]", "state must be one of running, blocked, paused"),
            (#""filter":["state=x*"]"#, "filter[0]", "state must be one of running, blocked, paused"),
            (#""filter":["managed=yes"]"#, "filter[0]", "managed must be one of true, false"),
        ])
    func refused(fields: String, field: String, words: String) {
        let error = #expect(throws: FieldError.self) { try read("{\(fields)}") }
        #expect(error?.field == field && error?.expected.contains(words) == true, "\(String(describing: error))")
    }

    @Test("Every list of the contract has the same fields for pages")
    func lists() {
        let paged = ServiceList.all.filter { $0 is any ListService.Type }
        #expect(
            Set(paged.map { $0.name }) == [
                "listVirtualMachines", "getRegisteredNodes", "getVirtualNetworks", "listImages", "listOperations",
            ])
        for service in paged {
            let fields = service.description.fields.suffix(4)
            #expect(fields.map(\.name) == ["filter", "sort", "limit", "after"])
            #expect(fields.allSatisfy { $0.occurrence != .required })
        }
    }
}
