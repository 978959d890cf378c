extension HostScript {
    /// Gives a bridge its VXLAN port and its routers' ports their shape, and sees to it that libvirt does the same when the
    /// host or a router starts: `attachSegment BRIDGE VNI MTU LOCAL PEERS BANDWIDTH DELAY LOSS`, with commas between peers,
    /// `-` for none, and 0 for what is not to be shaped.
    ///
    /// The port is `vmx-…` where the bridge is `vms-…`. What every host of the link sends to unknown places goes to each
    /// peer. A packet that does not fit the underlay is dropped, not cut in pieces, so that a proof finds it.
    static let attachSegment = HostScript(
        name: "attachSegment",
        text: #"""
            set -eu
            exec 9>/run/vms-segments.lock
            flock 9
            hooks=/etc/libvirt/hooks
            # install FOLDER: the hook from standard input.
            install() {
              mkdir -p "$hooks/$1"
              cat > "$hooks/$1/.vms"
              chmod 755 "$hooks/$1/.vms"
              mv "$hooks/$1/.vms" "$hooks/$1/vms"
            }
            install network.d <<'HOOK'

            """# + hook + #"""

                HOOK
                peers=$5
                [ "$peers" != - ] || peers=
                "$hooks/network.d/vms" attach "$1" "$2" "$3" "$4" "$peers" </dev/null
                if [ "$6$7$8" != 000 ]; then
                  for folder in qemu.d libxl.d daemon.d; do install "$folder" <"$hooks/network.d/vms"; done
                  for daemon in libvirtd virtqemud virtxend; do
                    [ ! -e "/run/vms-hooks.$daemon" ] || continue
                    process=$(cat "/run/$daemon.pid" 2>/dev/null || true)
                    [ -n "$process" ] && [ "$(cat "/proc/$process/comm" 2>/dev/null)" = "$daemon" ] || continue
                    # It looks for hooks, and tells by the one for daemons that it has.
                    kill -HUP "$process"
                    tries=0
                    until [ -e "/run/vms-hooks.$daemon" ]; do
                      tries=$(( tries + 1 ))
                      [ $tries -le 100 ] || { echo "$daemon was told to reload and did not look for hooks" >&2; exit 1; }
                      sleep 0.1
                    done
                  done
                fi
                "$hooks/network.d/vms" shape "$1" "$3" "$6" "$7" "$8" </dev/null
                """#)

    /// Tells `yes` or `no`: `hasBridge BRIDGE`.
    static let hasBridge = HostScript(
        name: "hasBridge", text: #"if ip link show "$1" type bridge >/dev/null 2>&1; then echo yes; else echo no; fi"#)

    /// Makes a machine's device a port of a bridge: `connectPort BRIDGE DEVICE`.
    static let connectPort = HostScript(name: "connectPort", text: #"ip link set "$2" master "$1" up"#)

    /// Takes away a bridge's VXLAN port, and with the last link's also our hooks: `detachSegment BRIDGE`. Whoever still
    /// asks there is ended: nobody waits for the answer.
    static let detachSegment = HostScript(
        name: "detachSegment",
        text: #"""
            set -eu
            exec 9>/run/vms-segments.lock
            flock 9
            for file in /run/vmsp-*; do
              [ -e "$file" ] && [ "$(cat "$file")" = "$1" ] || continue
              probe=${file#/run/vmsp-} tries=0
              kill "$probe" 2>/dev/null || rm -f "$file"
              while kill -0 "$probe" 2>/dev/null && [ $tries -lt 50 ]; do
                sleep 0.1
                tries=$(( tries + 1 ))
              done
            done
            ip link del "vmx-${1#vms-}" 2>/dev/null || true
            for network in /etc/libvirt/qemu/networks/vms-*.xml; do
              [ ! -e "$network" ] || exit 0
            done
            for folder in network.d qemu.d libxl.d daemon.d; do
              rm -f "/etc/libvirt/hooks/$folder/vms"
              rmdir "/etc/libvirt/hooks/$folder" 2>/dev/null || true
            done
            rm -f /run/vms-hooks.*
            """#)
}
