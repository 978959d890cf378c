package import Control
internal import FoundationEssentials
internal import Libvirt
package import Model

extension RealHosts {
    package nonisolated func inspect(_ node: Node, trustsFirstUse: Bool) async -> HostInspection {
        var (node, access) = (node, access)
        access.identity = access.identity.forCheck()
        defer { access.identity.endCheck() }
        var checks: [HostCheck] = []
        var identity: HostIdentity?
        do throws(Refusal) {
            if node.uri == nil, node.hostKey == nil, trustsFirstUse {
                node.hostKey = try await access.identity.scan(node)
                checks.append(HostCheck("key", .warning, "trusted as shown: \(node.hostKey ?? "")"))
            }
            let routes = try Route.all(to: node, access: access)
            let shell = await Self.shell(of: routes, &checks)
            if let shell { checks += Self.checks(try await shell.run(.inspect, [], seconds: 10)) }
            let found = try await Self.libvirt(node, access)
            checks += found.checks
            identity = found.identity
        } catch {
            checks.append(Self.failed(error))
        }
        return HostInspection(checks: checks, identity: identity)
    }

    /// The first address that lets us in; each that does not is told.
    private static func shell(of routes: [Route], _ checks: inout [HostCheck]) async -> Shell? {
        let first = checks.count
        for case .ssh(let target)? in routes.map(\.shell) {
            do throws(Refusal) {
                _ = try await Shell.ssh(target).description(seconds: 8)
                // One address that works is enough; the others are worth a look.
                for index in first..<checks.count { checks[index].verdict = .warning }
                checks.append(HostCheck("ssh", .ok, "\(target.address) shows the pinned key and accepts ours"))
                return .ssh(target)
            } catch {
                checks.append(failed(error))
            }
        }
        return routes.compactMap(\.shell).first { if case .local = $0 { true } else { false } }
    }

    private static func failed(_ refusal: Refusal) -> HostCheck {
        let remedy: String? =
            switch refusal.code {
            case .nodeKeyRefused: "compare /etc/ssh/ssh_host_*_key.pub on the host with NodePK; register the right one"
            case .nodeKeyMissing: "give NodePK, or trustOnFirstUse"
            case .nodeUnreachable where refusal.reason.contains("our key"):
                "append the line of 'vms node key' to /root/.ssh/authorized_keys on the host"
            case .nodeUnreachable where refusal.reason.contains(SSHTarget.shellRemedy): SSHTarget.shellRemedy
            case .nodeUnreachable where refusal.reason.contains("login shell"):
                "begin /root/.bashrc with: \(SSHTarget.quietLine)"
            case .nodeUnreachable: "see that the host is up, that sshd runs, and that no firewall is between"
            default: nil
            }
        let name = [.nodeKeyRefused, .nodeKeyMissing].contains(refusal.code) ? "key" : "reach"
        return HostCheck(name, .missing, refusal.reason, remedy: remedy)
    }

    /// The lines that the script `inspect` prints.
    static func checks(_ output: String) -> [HostCheck] {
        output.split(whereSeparator: \.isNewline).compactMap { line in
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            if parts.count == 2, parts[0] == "clock" { return clock(Double(told: parts[1], in: Foreign.seconds)) }
            guard parts.count == 4, let verdict = HostCheck.Verdict(rawValue: parts[0]) else { return nil }
            return HostCheck(parts[1], verdict, parts[2], remedy: parts[3].isEmpty ? nil : parts[3])
        }
    }

    /// - Parameter theirs: seconds since 1970; `nil` when it told no time.
    private static func clock(_ theirs: Double?) -> HostCheck {
        guard let off = theirs.flatMap({ Int(nearest: $0 - Date().timeIntervalSince1970) }) else {
            return HostCheck(
                "clock", .warning, "tells no time that can be", remedy: "look what 'date +%s' prints there")
        }
        guard abs(off) > 30 else { return HostCheck("clock", .ok, "within 30 s of ours") }
        return HostCheck(
            "clock", .warning, "\(abs(off)) s \(off > 0 ? "ahead of" : "behind") ours",
            remedy: "let the host keep time (systemd-timesyncd, chrony); nothing here depends on it, but its logs do")
    }

    private static func libvirt(_ node: Node, _ access: HostAccess) async throws(Refusal) -> HostInspection {
        let session = HostSession(node: node, access: access)
        let opened = try await session.opened(patience: nil)
        let facts = opened.facts
        let versions = "\(facts.hypervisor.name) \(facts.hypervisorVersion), libvirt \(facts.libvirtVersion)"
        var checks = [HostCheck("libvirt", .ok, versions)]
        var identity = HostIdentity(facts, nil)
        if facts.hypervisor != .test {
            do {
                var pools = try await Self.pools(opened.connection)
                let folders = pools.map(\.path)
                let described = try await description(of: opened, folders, seconds: access.scriptSeconds)
                described?.tell(of: folders, &pools)
                identity = HostIdentity(facts, described)
                checks.append(try await pool(of: node, pools, opened))
                for pool in pools where pool.autostarts == false {
                    checks.append(
                        HostCheck(
                            "autostart", .warning, "pool \(pool.name.shown) does not start with the host",
                            remedy: "virsh pool-autostart \(pool.name.shown)"))
                }
            } catch let refusal as Refusal {
                checks.append(failed(refusal))
            } catch let error as LibvirtError {
                checks.append(failed(Refusal(error)))
            } catch {
                checks.append(HostCheck("pool", .missing, "the storage pools cannot be looked at"))
            }
        }
        await session.close()
        return HostInspection(checks: checks, identity: identity)
    }

    /// Which storage pool would be taken, and why others would not.
    private static func pool(
        of node: Node, _ pools: [HostSurvey.Pool], _ opened: HostSession.Opened
    ) async throws -> HostCheck {
        let resting = try await opened.connection.storagePools(active: false).map(\.name).sorted().map {
            "\($0.shown) is not active (virsh pool-start)"
        }
        do throws(Refusal) {
            let choice = try PoolChoice(of: pools, setting: node.storagePool)
            let taken = choice.pools[0]
            let others = choice.others.map { "\($0.name.shown) \($0.why)" } + resting
            let words = "\(taken.name.shown) is taken, with \(taken.available >> 20) MiB left"
            return HostCheck("pool", .ok, ([words] + others).joined(separator: "; "))
        } catch {
            return HostCheck(
                "pool", .missing, ([error.reason] + resting).joined(separator: "; "),
                remedy: "virsh pool-define-as default dir --target /var/lib/libvirt/images; "
                    + "virsh pool-start default; virsh pool-autostart default")
        }
    }
}
