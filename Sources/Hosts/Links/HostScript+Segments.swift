extension HostScript {
    /// Gives a bridge its VXLAN port, and sees to it that libvirt's network driver does the same when the host starts:
    /// `attachSegment BRIDGE VNI MTU LOCAL PEERS`, with commas between peers, `-` for none.
    ///
    /// The port is `vmx-…` where the bridge is `vms-…`. What every host of the link sends to unknown places goes to each
    /// peer. A packet that does not fit the underlay is dropped, not cut in pieces, so that a proof finds it.
    static let attachSegment = HostScript(
        name: "attachSegment",
        text: #"""
            set -eu
            exec 9>/run/vms-segments.lock
            flock 9
            folder=/etc/libvirt/hooks/network.d
            mkdir -p "$folder"
            cat > "$folder/.vms" <<'HOOK'
            #!/bin/sh
            # Written by VMS. Gives the bridges of virtual networks' links their VXLAN ports: called by libvirt as
            # hook NETWORK OPERATION …, with the network's XML on stdin, and by VMS as hook attach BRIDGE VNI MTU LOCAL PEERS.
            set -eu
            attach() {
              bridge=$1 vni=$2 mtu=$3 local=$4 peers=$(printf '%s' "$5" | tr , ' ')
              port=vmx-${bridge#vms-}
              ip link set "$bridge" mtu "$mtu"
              [ -n "$peers" ] || { ip link del "$port" 2>/dev/null || true; return 0; }
              case $local in *:*) fragments= ;; *) fragments="df set" ;; esac
              known=$(ip -d -o link show "$port" 2>/dev/null || true)
              case $known in
                *" vxlan id $vni local $local "*) ;;
                *)
                  [ -z "$known" ] || ip link del "$port"
                  ip link add "$port" type vxlan id "$vni" local "$local" dstport 4789 ttl 64 $fragments ;;
              esac
              # The host itself has nothing to say on the link.
              ip link set "$port" addrgenmode none
              ip link set "$port" mtu "$mtu" master "$bridge" up
              there=$(bridge fdb show dev "$port" | sed -n 's/^00:00:00:00:00:00 dst \([^ ]*\).*/\1/p')
              for peer in $there; do
                case " $peers " in *" $peer "*) ;; *) bridge fdb del 00:00:00:00:00:00 dev "$port" dst "$peer" ;; esac
              done
              for peer in $peers; do
                case " $(echo $there) " in *" $peer "*) ;; *) bridge fdb append 00:00:00:00:00:00 dev "$port" dst "$peer" ;; esac
              done
            }
            if [ "$1" = attach ]; then shift; attach "$@"; exit 0; fi
            case $1/$2 in vms-*/started | vms-*/stopped) ;; *) exit 0 ;; esac
            mark=$(tr '\n' ' ' | sed -n 's/.*<vms:segment \([^>]*\)>.*/\1/p')
            [ -n "$mark" ] || exit 0
            word() { printf '%s' " $mark" | sed -n "s/.* $1=[\"']\([0-9A-Fa-f:.,]*\)[\"'].*/\1/p"; }
            if [ "$2" = stopped ]; then ip link del "vmx-${1#vms-}" 2>/dev/null || true; exit 0; fi
            attach "$1" "$(word vni)" "$(word mtu)" "$(word local)" "$(word peers)"
            HOOK
            chmod 755 "$folder/.vms"
            mv "$folder/.vms" "$folder/vms"
            peers=$5
            [ "$peers" != - ] || peers=
            "$folder/vms" attach "$1" "$2" "$3" "$4" "$peers" </dev/null
            """#)

    /// Tells `yes` or `no`: `hasBridge BRIDGE`.
    static let hasBridge = HostScript(
        name: "hasBridge", text: #"if ip link show "$1" type bridge >/dev/null 2>&1; then echo yes; else echo no; fi"#)

    /// Makes a machine's device a port of a bridge: `connectPort BRIDGE DEVICE`.
    static let connectPort = HostScript(name: "connectPort", text: #"ip link set "$2" master "$1" up"#)

    /// Takes away a bridge's VXLAN port, and with the last link's also our hook: `detachSegment BRIDGE`. Whoever still
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
            rm -f /etc/libvirt/hooks/network.d/vms
            rmdir /etc/libvirt/hooks/network.d 2>/dev/null || true
            """#)
}
