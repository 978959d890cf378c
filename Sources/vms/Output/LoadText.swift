internal import VMSAPI

/// Loads as three tables. On a narrow screen the last columns are left out.
struct LoadText {
    let loads: ListLoadsResponse
    let layout: Layout

    /// - Parameter rows: lines of the screen; `nil` for all.
    func text(rows: Int?) -> String {
        let tables = [
            Table(
                header: ["host", "state", "cpu %", "memory", "of", "machines", "age"],
                rows: loads.host.map { host in
                    [
                        host.phyServer, host.state?.rawValue ?? "", Self.percent(host.cpuUse),
                        Self.bytes(host.memoryUsed), Self.bytes(host.memory), host.running.map { "\($0)" } ?? "",
                        host.age.map { "\($0 / 1000) s" } ?? "",
                    ]
                }),
            Table(
                header: ["machine", "host", "cpu %", "memory", "of", "in/s", "out/s", "read/s", "write/s", "network"],
                rows: loads.vm.map { vm in
                    [
                        vm.vmName, vm.phyServer, Self.percent(vm.cpuUse), Self.bytes(vm.memoryUsed),
                        Self.bytes(vm.memory), Self.bytes(vm.rxRate), Self.bytes(vm.txRate), Self.bytes(vm.readRate),
                        Self.bytes(vm.writeRate), vm.networkName ?? "",
                    ]
                }),
            Table(
                header: ["network", "link", "bytes/s", "proven"],
                rows: loads.link.map { link in
                    [
                        link.networkName, link.link, Self.bytes(link.rate),
                        link.proven.map { $0 ? "yes" : "no" } ?? "",
                    ]
                }),
        ].filter { !$0.rows.isEmpty }.map { $0.narrowed(layout) }
        guard let rows else { return tables.map { $0.text(layout) }.joined(separator: "\n") }
        return Self.fitted(tables, rows).map { $0.text(layout) }.joined(separator: "\n")
    }

    /// The tables with so few rows that they fit on a screen: a third of it each, and what others leave.
    private static func fitted(_ tables: [Table], _ rows: Int) -> [Table] {
        // A header each, and an empty line between two.
        var room = max(0, rows - 2 * tables.count + 1)
        var fitted: [Table] = []
        for (index, table) in tables.enumerated() {
            let later = tables[(index + 1)...].map(\.rows.count)
            let share = room / (later.count + 1)
            let spare = room - share - later.reduce(0) { $0 + min($1, share) }
            var table = table
            table.rows = Array(table.rows.prefix(max(0, share + max(0, spare))))
            room -= table.rows.count
            fitted.append(table)
        }
        return fitted.filter { !$0.rows.isEmpty }
    }

    private static func percent(_ share: Double?) -> String {
        guard let share, share.isFinite else { return "" }
        let tenths = Int64((min(max(share, 0), 1e9) * 10).rounded())  // fits: at most 1e10
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// A number of bytes with a unit, in at most three digits before the point.
    static func bytes(_ bytes: Int64?) -> String {
        guard var rest = bytes.map({ Double($0) }) else { return "" }
        for unit in ["B", "K", "M", "G", "T"] {
            if rest < 1000 || unit == "T" {
                let isWhole = unit == "B" || rest >= 100
                let tenths = Int64((min(max(rest, 0), 1e12) * 10).rounded())  // fits: at most 1e13
                return isWhole ? "\((tenths + 5) / 10) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
            }
            rest /= 1024
        }
        return ""
    }
}
