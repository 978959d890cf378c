import Testing
import VMSAPI

@testable import vms

struct NetworkPlanTextTests {
    @Test("A plan as text")
    func text() throws {
        let answer = try JSONReader.value(
            of: Array(
                #"""
                {"result":"SUCCESS","network":{"networkName":"n1","router":[{"name":"r1","phyServer":"h1","vmRAM":96,
                "image":"ipv4-rip","placed":"most memory left: 900 MiB"},{"name":"r2","phyServer":"h2","vmRAM":96,
                "image":"ipv4-rip"}],"link":[{"name":"west","mtu":1450,"vni":4096,"end":[{"router":"r1",
                "address":"10.0.0.1/24"},{"router":"r2","address":"10.0.0.2/24"}]}]},"stage":[{"name":"routers","lane":[
                {"phyServer":"h1","step":["define r1","start r1\u001b[2J"]},{"phyServer":"h2","step":["start r2"]}]}]}
                """#.utf8))
        #expect(
            NetworkPlanText(plan: try PlanVirtualNetworkResponse(wire: answer)).text == #"""
                network n1

                router  host  memory  image     reason
                r1      h1    96 MiB  ipv4-rip  most memory left: 900 MiB
                r2      h2    96 MiB  ipv4-rip  as requested

                link  router  address      MTU   VXLAN
                west  r1      10.0.0.1/24  1450  4096
                west  r2      10.0.0.2/24  1450  4096

                1. routers
                  h1
                    define r1
                    start r1\u{1b}[2J
                  h2
                    start r2

                Nothing was done.

                """#)
    }
}
