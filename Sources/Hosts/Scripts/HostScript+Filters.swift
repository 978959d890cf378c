internal import Model

extension HostScript {
    /// The shell function `filters`: a line for each of the host's firewalls that drops what bridges forward, as with
    /// Docker: the kernel hands frames to it (`bridge-nf-call-…`), and its policy for forwarding is to drop.
    static let filters = #"""
        filters() {
          for family in ip ip6; do
            on=0
            { read -r on <"/proc/sys/net/bridge/bridge-nf-call-${family}tables"; } 2>/dev/null
            [ "$on" = 1 ] || continue
            rules=$("${family}tables" -S 2>/dev/null)
            case $rules in *physdev-is-bridged*"-j ACCEPT"*) continue ;; esac
            if printf '%s\n' "$rules" | grep -q '^-P FORWARD DROP'; then echo "${family}tables (FORWARD's policy is DROP)"
            else
              for table in "$family" inet; do
                nft list chains "$table" 2>/dev/null | grep -q 'hook forward .*policy drop' || continue
                echo "nft ($table forward's policy is drop)"
              done
            fi
          done
        }

        """#

    /// Prints what ``filters`` finds.
    static let filtering = HostScript(name: "filtering", text: filters + "filters\n")
}

extension Refusal {
    /// The same, with the host's firewall named where that drops what bridges forward: a proof that heard nothing may have
    /// failed for that.
    func namingFilters(of shell: Shell?) async -> Refusal {
        guard code == .proofFailed, let told = try? await shell?.run(.filtering, [], seconds: 8) else { return self }
        let found = told.split(whereSeparator: \.isNewline).map { String($0).shown }.prefix(3)
        guard !found.isEmpty else { return self }
        var copy = self
        copy.reason +=
            "; the host's firewall drops what its bridges forward: \(found.joined(separator: ", ")); allow it, or "
            + "sysctl -w net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0"
        return copy
    }
}
