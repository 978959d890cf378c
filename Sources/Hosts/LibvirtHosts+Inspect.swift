package import Control
internal import FoundationEssentials
internal import Libvirt
package import Model

extension LibvirtHosts {
    package nonisolated func inspect(_ host: Host, trustsFirstUse: Bool) async -> HostInspection {
        var (host, access) = (host, access)
        access.identity = access.identity.forCheck()
        defer { access.identity.endCheck() }
        var checks: [HostCheck] = []
        var identity: HostIdentity?
        do throws(Refusal) {
            if host.uri == nil, host.hostKey == nil, trustsFirstUse {
                host.hostKey = try await access.identity.scan(host)
                checks.append(HostCheck("key", .warning, "trusted as shown: \(host.hostKey ?? "")"))
            }
            let routes = try Route.all(to: host, access: access)
            let shell = await Self.shell(of: routes, access, &checks)
            if let shell { checks += try await shell.run(InspectHost(), seconds: max(10, access.scriptSeconds)) }
            let found = try await Self.libvirt(host, access)
            checks += found.checks
            identity = found.identity
        } catch {
            checks.append(Self.failed(error))
        }
        return HostInspection(checks: checks, identity: identity)
    }

    /// Returns a shell at the first address that accepts our key. Each address that does not is reported as a check.
    private static func shell(
        of routes: [Route], _ access: HostAccess, _ checks: inout [HostCheck]
    ) async -> Shell? {
        let first = checks.count
        for case .ssh(let target)? in routes.map(\.shell) {
            do throws(Refusal) {
                _ = try await Shell.ssh(target).description(seconds: access.scriptSeconds)
                // One working address is enough; the failed ones are only worth a look.
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
        let remedy: Refusal.Words? =
            switch refusal.code {
            case .hostKeyRefused:
                "compare /etc/ssh/ssh_host_*_key.pub on the host with \(.hostKey); register the right one"
            case .hostKeyMissing: "give \(.hostKey), or \(.trust)"
            case .hostUnreachable where refusal.reason.contains("our key"):
                "append the line of 'vms host key' to /root/.ssh/authorized_keys on the host"
            case .hostUnreachable where refusal.reason.contains(SSHTarget.shellRemedy): .init(SSHTarget.shellRemedy)
            case .hostUnreachable where refusal.reason.contains("login shell"):
                "begin /root/.bashrc with: \(SSHTarget.quietLine)"
            case .hostUnreachable: "check that the host is up, that sshd runs, and that no firewall blocks it"
            default: nil
            }
        let name = [.hostKeyRefused, .hostKeyMissing].contains(refusal.code) ? "key" : "reach"
        return HostCheck(name, .missing, told: refusal.reason, remedy: remedy)
    }

    private static func libvirt(_ host: Host, _ access: HostAccess) async throws(Refusal) -> HostInspection {
        let session = HostSession(host: host, access: access)
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
                described?.update(&pools, in: folders)
                identity = HostIdentity(facts, described)
                checks.append(try await pool(of: host, pools, opened))
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
                checks.append(HostCheck("pool", .missing, "the storage pools cannot be read"))
            }
        }
        await session.close()
        return HostInspection(checks: checks, identity: identity)
    }

    /// Reports the storage pool that would be used, and why the others would not.
    private static func pool(
        of host: Host, _ pools: [HostSurvey.Pool], _ opened: HostSession.Opened
    ) async throws -> HostCheck {
        let inactive = try await opened.connection.storagePools(active: false).map(\.name).sorted().map {
            "\($0.shown) is not active (virsh pool-start)"
        }
        do throws(Refusal) {
            let choice = try PoolChoice(of: pools, setting: host.storagePool)
            let taken = choice.pools[0]
            let others = choice.others.map { "\($0.name.shown) \($0.why)" } + inactive
            let words = "\(taken.name.shown) is used, with \(taken.available >> 20) MiB free"
            return HostCheck("pool", .ok, ([words] + others).joined(separator: "; "))
        } catch {
            return HostCheck(
                "pool", .missing, told: .init([error.reason] + inactive.map { .init($0) }, separator: "; "),
                remedy: "virsh pool-define-as default dir --target /var/lib/libvirt/images; "
                    + "virsh pool-start default; virsh pool-autostart default")
        }
    }
}
