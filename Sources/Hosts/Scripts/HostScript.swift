internal import Model

/// A script of ours that runs on a host, as it stands, with checked arguments.
struct HostScript: Sendable {
    let name: String
    let text: String
    /// What it is for, in words that go on from "the host could not"; those of ``wordsByName`` without it.
    var purpose: String?

    init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    /// Devices that are no way out of a host: its guests', others' tunnels, and those from which a proof asks. A pattern of
    /// the shell's `case`.
    static let guests = "vnet* | tap* | vif* | veth* | vxlan* | macvlan* | macvtap* | vmsp*"

    /// Tells what libvirt does not: the hypervisor, the bridges with their ports, and whether probes can be made:
    /// `describe [1]`, with 1 to be told what frames can be made to do. Before it may stand `pools`, paths of folders as
    /// ``disk`` has them: each that is there is told as `pool NUMBER writable|readonly BLOCKS SIZE`, with the blocks that are
    /// left and the bytes of one.
    ///
    /// Prints lines `hypervisor xen`, `bridge NAME physical|virtual` (that of the default route first), `interface NAME
    /// BRIDGE|-` for a network card, `address ADDRESS MTU`, `source ADDRESS` from which it would send to elsewhere, `available KIB` of memory, `processes` where QEMU's are told and
    /// `resident ID KIB` for each, `lacks NAME` or `other NAME` for a program (``programs``), ``filters``, `taken VNI`
    /// (``takenVNIs``), and `shapers NAME…` for what the kernel was just seen to do, in a network namespace of its own that is
    /// gone with the question.
    static let describe = HostScript(
        name: "describe",
        text: #"""
            set -u
            if grep -qs control_d /proc/xen/capabilities; then echo "hypervisor xen"; fi
            case ${SSH_CONNECTION:-} in *' '*) set -- "${1:-0}" $SSH_CONNECTION; echo "reached ${4:-}" ;; esac
            route=$(ip -o route show default 2>/dev/null | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1)
            # virtual NAME: whether a device of that name is a guest's, a tunnel's, or one of ours.
            virtual() { case $1 in vmx-* | \#(guests)) return 0 ;; *) return 1 ;; esac; }
            list() {
              for folder in /sys/class/net/*/bridge; do
                [ -d "$folder" ] || continue
                folder=${folder%/bridge}
                kind=virtual
                for port in "$folder"/brif/*; do
                  [ -e "$port" ] || continue
                  virtual "${port##*/}" || kind=physical
                done
                echo "bridge ${folder##*/} $kind"
              done
            }
            machine= boot=
            { read -r machine </etc/machine-id; read -r boot </proc/sys/kernel/random/boot_id; } 2>/dev/null
            [ -z "$machine" ] || [ -z "$boot" ] || echo "identity $machine $boot"
            [ -d /proc/sys/net/ipv6 ] || echo "noipv6 all"
            for folder in /sys/class/net/*/bridge; do
              name=${folder%/bridge} name=${name##*/} off=1
              case $name in '*' | vms-*) continue ;; esac
              { read -r off <"/proc/sys/net/ipv6/conf/$name/disable_ipv6"; } 2>/dev/null
              [ "$off" = 0 ] || echo "noipv6 $name"
            done
            list | sed -n "/^bridge ${route:-none} /p"
            list | sed "/^bridge ${route:-none} /d"
            for folder in /sys/class/net/*; do
              name=${folder##*/} bridge=-
              # Ethernet, and no bridge itself.
              [ "$(cat "$folder/type" 2>/dev/null)" = 1 ] && [ ! -d "$folder/bridge" ] || continue
              virtual "$name" && continue
              [ ! -e "$folder/brport/bridge" ] || { bridge=$(readlink -f "$folder/brport/bridge"); bridge=${bridge##*/}; }
              echo "interface $name $bridge"
            done
            # Of networks for guests last: other hosts are not on them.
            global=$(ip -o addr show scope global 2>/dev/null)
            inner=$(list | sed -n 's/^bridge \([^ ]*\) virtual$/\1/p')
            for last in 0 1; do
              printf '%s\n' "$global" | while read -r _ device _ address _; do
                device=${device%@*} is=0
                for one in $inner; do [ "$one" != "$device" ] || is=1; done
                virtual "$device" && is=1
                [ -n "$device" ] && [ "$is" = "$last" ] || continue
                echo "address ${address%/*} $(cat "/sys/class/net/$device/mtu")"
              done
            done
            # Only the way is looked up, of addresses that nobody has (RFC 5737, RFC 3849). Nothing is sent.
            for address in 192.0.2.1 2001:db8::1; do
              ip -o route get "$address" 2>/dev/null | sed -n 's/^[^ ]* .*via .* src \([^ ]*\).*/source \1/p'
            done
            number=0
            for one in ${pools:-}; do
              number=$((number + 1))
              # A file server that is gone must not hold up the rest.
              told=$(timeout -k 1 2 sh -c '
                [ -d "$1" ] || exit
                if [ -w "$1" ]; then may=writable; else may=readonly; fi
                echo "$may $(stat -f -c "%a %S" -- "$1")"' sh "$(printf %b "$one")" 2>/dev/null)
              [ -z "$told" ] || echo "pool $number $told"
            done
            sed -n 's/^MemAvailable: *\([0-9]*\) kB$/available \1/p' /proc/meminfo
            # What QEMU's processes have by now. Their lists of arguments are cut at NUL; the machine's id follows -uuid.
            pids=
            for file in /run/libvirt/qemu/*.pid; do
              pid=
              [ ! -f "$file" ] || read -r pid < "$file" || [ -n "$pid" ] || continue
              [ -z "$pid" ] || [ ! -r "/proc/$pid/cmdline" ] || pids="$pids $pid"
            done
            [ ! -d /run/libvirt/qemu ] || echo processes
            for pid in $pids; do
              id=$(tr '\0' '\n' < "/proc/$pid/cmdline" | sed -n '/^-uuid$/{n;p;q}')
              size=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB$/\1/p' "/proc/$pid/status")
              [ -z "$id" ] || [ -z "$size" ] || echo "resident $id $size"
            done 2>/dev/null
            if [ "${1:-0}" = 1 ] && command -v tc >/dev/null; then
              unshare -n sh -c '
                shapers=shapers
                if tc qdisc replace dev lo root tbf rate 1mbit burst 4kb limit 40kb; then shapers="$shapers tbf"; fi
                if tc qdisc replace dev lo root netem delay 1ms; then shapers="$shapers netem"; fi
                echo "$shapers"' 2>/dev/null
            fi

            """# + takenVNIs + "\n" + programs + "lacking\n" + filters + "filters\n")

    /// Asks who answers at an address on a bridge, or on the network of a card without one: `probe BRIDGE ADDRESS FAMILY
    /// SECONDS`. A host does not meet guests on its own card; there a device of ours on it asks, from a network namespace.
    ///
    /// ARP probes (RFC 5227, sender 0.0.0.0) or neighbour solicitations, so that the host needs no address on the link.
    /// Prints `answer MAC` for the first answer, `silent` when the time is over, `missing PACKAGE`. Where the host has a
    /// route to the address over that bridge, it must answer an ICMP echo as well: `echo yes|no|unasked`.
    static let probe = HostScript(
        name: "probe",
        text: #"""
            set -u
            bridge=$1 address=$2 family=$3 seconds=$4
            # In hundredths of a second.
            now() { sed 's/ .*//; s/\.//' /proc/uptime; }
            end=$(( $(now) + seconds * 100 ))
            if [ "$family" = 4 ]; then tool=arping package=iputils-arping; else tool=ndisc6 package=ndisc6; fi
            command -v "$tool" >/dev/null || { echo "missing $package"; exit 0; }
            if [ "$family" = 4 ]; then
              case $(arping -V 2>&1) in *iputils*) ;; *) echo "missing iputils-arping"; exit 0 ;; esac
            fi
            inside=
            if [ -e "/sys/class/net/$bridge" ] && [ ! -d "/sys/class/net/$bridge/bridge" ]; then
              space=vmsp-$$ inside="ip netns exec vmsp-$$"
              trap 'ip netns del "$space"' EXIT
              trap 'exit 1' HUP INT TERM PIPE
              ip netns del "$space" 2>/dev/null
              ip netns add "$space" && ip link add link "$bridge" name probe netns "$space" type macvlan mode bridge &&
                ip -n "$space" link set probe up || exit 1
              bridge=probe
            fi
            # Short at first, since a router answers at once; then with time for a host on which programs start slowly.
            limit=400
            while :; do
              began=$(now)
              if [ "$family" = 4 ]; then
                mac=$($inside timeout "$((limit / 1000)).$((limit / 100 % 10))" arping -D -f -c 1 -w 1 -I "$bridge" "$address" 2>/dev/null |
                  sed -n 's/.*reply from .*\[\([0-9A-Fa-f:]*\)\].*/\1/p' | head -n 1)
              else
                mac=$($inside ndisc6 -1 -q -r 1 -w "$limit" "$address" "$bridge" 2>/dev/null | head -n 1)
              fi
              [ -n "$mac" ] && break
              left=$(( (end - $(now)) * 10 ))
              [ "$left" -lt 100 ] && { echo silent; exit 0; }
              # What could not even ask is not asked without a pause.
              [ $(( $(now) - began )) -ge 20 ] || sleep 0.5
              limit=$(( left < 1500 ? left : 1500 ))
            done
            echo "answer $mac"
            [ -z "$inside" ] || { echo "echo unasked"; exit 0; }
            case $(ip -o route get "$address" 2>/dev/null) in
              *" via "*) echo "echo unasked" ;;
              *"dev $bridge "*)
                while :; do
                  if ping -n -q -c 1 -W 1 "$address" >/dev/null 2>&1; then echo "echo yes"; break; fi
                  [ "$(now)" -ge "$end" ] && { echo "echo no"; break; }
                  sleep 0.2
                done ;;
              *) echo "echo unasked" ;;
            esac
            """#)

    /// Listens on a bridge for a frame of a machine: `listen BRIDGE MAC FRAMES SECONDS`, where FRAMES is a filter as
    /// libpcap has them, its blanks spelled as commas. Prints `heard`, `silent` with what tcpdump said, or `missing`.
    static let listen = HostScript(
        name: "listen",
        text: #"""
            set -u
            command -v tcpdump >/dev/null || { echo missing; exit 0; }
            frames=$(printf '%s' "$3" | tr , ' ')
            if said=$(timeout "$4" tcpdump -i "$1" -nn -q -c 1 "ether src $2 and ($frames)" 2>&1); then echo heard
            else printf 'silent\n%s\n' "$said"; fi
            """#)
}
