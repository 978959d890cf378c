extension HostScript {
    /// What steps of links have in common: one at a time on a host; which network libvirt has of a bridge's name, whose a
    /// device is, and what is being made.
    ///
    /// `network BRIDGE` tells whether libvirt has a network of that name, defined or started; `mark DEVICE` what our hook
    /// called it; `made BRIDGE` for which network it is being made.
    static let segmentWords = #"""
        set -eu
        export LC_ALL=C
        exec 9>/run/vms-segments.lock
        # Less than the time that a step has: who waits in vain says so.
        flock -w 15 9 || { echo "another step of links has held /run/vms-segments.lock for 15 s" >&2; exit 1; }
        hooks=/etc/libvirt/hooks making=/run/vms-making
        network() { [ -e "/etc/libvirt/qemu/networks/$1.xml" ] || [ -e "/run/libvirt/network/$1.xml" ]; }
        mark() { cat "/sys/class/net/$1/ifalias" 2>/dev/null || true; }
        made() { cat "$making/$1" 2>/dev/null || true; }
        # install FOLDER: the hook from standard input, unless it is there as it is to be. libvirt executes every file of these
        # folders, whatever its name: a new one is written outside.
        install() {
          mkdir -p "$hooks/$1"
          rm -f "$hooks/$1/.vms"
          cat >"$hooks/.vms-new"
          if [ -x "$hooks/$1/vms" ] && [ "$(cat "$hooks/.vms-new")" = "$(cat "$hooks/$1/vms")" ]; then
            rm -f "$hooks/.vms-new"
          else
            chmod 755 "$hooks/.vms-new"
            mv -f "$hooks/.vms-new" "$hooks/$1/vms"
          fi
        }

        """#

    /// Before libvirt makes a link's bridge: `prepareSegment BRIDGE OWNER VNI LOCAL PEERS`, with commas between peers, `-`
    /// for none. Writes our hook; removes what is left of a link of ours of that name; makes the VXLAN port, since the
    /// kernel alone knows whether its VNI is taken, also by a device in another network namespace. From here on, and until
    /// ``attachSegment`` ends, a bridge of that name is known to be ours, and our hooks stay.
    ///
    /// Prints `taken DEVICE` where a bridge or a port of that name is not ours, `used VNI DEVICE` where another VXLAN has
    /// the VNI (`-` for a device that cannot be seen).
    static let prepareSegment = HostScript(
        name: "prepareSegment",
        text: segmentWords + #"""
            bridge=$1 owner=$2 vni=$3 local=$4 peers=$5 port=vmx-${1#vms-}
            if ! network "$bridge"; then
              for device in "$bridge" "$port"; do
                [ -e "/sys/class/net/$device" ] || continue
                case $(mark "$device") in "vms "*) continue ;; esac
                [ -z "$(made "$bridge")" ] || continue
                echo "taken $device"
                exit 0
              done
              for device in "$port" "$bridge"; do
                [ ! -e "/sys/class/net/$device" ] || ip link del "$device"
              done
            fi
            mkdir -p "$making"
            echo "$owner" >"$making/$bridge"
            install network.d <<'HOOK'

            """# + hook + #"""

                HOOK
                [ "$peers" != - ] || exit 0
                said=$("$hooks/network.d/vms" tunnel "$port" "$vni" "$local" "$owner" </dev/null 2>&1) && exit 0
                case $said in
                  *"File exists"* | *"already exists"*)
                    other=$(ip -d -o link show type vxlan 2>/dev/null |
                      sed -n "s/^[0-9]*: \([^:@]*\)[:@].* vxlan id $vni .*/\1/p" | head -n 1)
                    network "$bridge" || rm -f "$making/$bridge"
                    echo "used $vni ${other:--}" ;;
                  *) printf '%s\n' "$said" >&2; exit 1 ;;
                esac
                """#)

    /// Gives a bridge its VXLAN port and its routers' ports their shape, and sees to it that libvirt does the same when the
    /// host or a router starts: `attachSegment BRIDGE VNI MTU LOCAL PEERS OWNER BANDWIDTH DELAY LOSS`, with commas between
    /// peers, `-` for none, and 0 for what is not to be shaped. The hook is there (``prepareSegment``).
    ///
    /// The port is `vmx-…` where the bridge is `vms-…`. What every host of the link sends to unknown places goes to each
    /// peer. A packet that does not fit the underlay is dropped, not cut in pieces, so that a proof finds it.
    static let attachSegment = HostScript(
        name: "attachSegment",
        text: segmentWords + #"""
            peers=$5
            [ "$peers" != - ] || peers=
            "$hooks/network.d/vms" attach "$1" "$2" "$3" "$4" "$peers" "$6" </dev/null
            if [ "$7$8$9" != 000 ]; then
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
            "$hooks/network.d/vms" shape "$1" "$3" "$7" "$8" "$9" </dev/null
            rm -f "$making/$1"
            """#)

    /// Tells `yes` or `no`: `hasBridge BRIDGE`.
    static let hasBridge = HostScript(
        name: "hasBridge", text: #"if ip link show "$1" type bridge >/dev/null 2>&1; then echo yes; else echo no; fi"#)

    /// Makes a machine's device a port of a bridge: `connectPort BRIDGE DEVICE`.
    static let connectPort = HostScript(name: "connectPort", text: #"ip link set "$2" master "$1" up"#)

    /// Takes away a bridge's VXLAN port, the bridge where libvirt left it, and with the last link's also our hooks:
    /// `detachSegment BRIDGE OWNER WAS`, where WAS is 1 when libvirt had the link's network. Whoever still asks there is
    /// ended: nobody waits for the answer. What is not known to be ours stays.
    static let detachSegment = HostScript(
        name: "detachSegment",
        text: segmentWords + #"""
            bridge=$1 owner=$2 was=$3 port=vmx-${1#vms-}
            # ours DEVICE
            ours() {
              case $(mark "$1") in
                "vms $owner") return 0 ;;
                "") [ "$(made "$bridge")" = "$owner" ] || { [ "$was" = 1 ] && [ "$1" = "$port" ]; } ;;
                *) return 1 ;;
              esac
            }
            if ! network "$bridge"; then
              for file in /run/vmsp-*; do
                [ -f "$file" ] && [ "$(cat "$file")" = "$bridge" ] || continue
                probe=${file#/run/vmsp-} tries=0
                kill "$probe" 2>/dev/null || rm -f "$file"
                while kill -0 "$probe" 2>/dev/null && [ $tries -lt 50 ]; do
                  sleep 0.1
                  tries=$(( tries + 1 ))
                done
              done
              if [ -e "/sys/class/net/$bridge" ] && ours "$bridge"; then ip link del "$bridge"; fi
            fi
            if [ -e "/sys/class/net/$port" ] && ours "$port"; then ip link del "$port"; fi
            [ "$(made "$bridge")" != "$owner" ] || rm -f "$making/$bridge"
            rmdir "$making" 2>/dev/null || true
            ! grep -qs 'urn:vms:network:1' /etc/libvirt/qemu/networks/vms-*.xml || exit 0
            for other in "$making"/*; do
              [ ! -e "$other" ] || exit 0
            done
            for folder in network.d qemu.d libxl.d daemon.d; do
              rm -f "$hooks/$folder/vms" "$hooks/$folder/.vms"
              rmdir "$hooks/$folder" 2>/dev/null || true
            done
            rm -f "$hooks/.vms-new" /run/vms-hooks.*
            """#)
}
