#!/bin/sh
# Prints the properties of a host that libvirt does not report: the hypervisor, the bridges with their ports, and
# whether probes can be made: describe-host [1], with 1 to test which shaping the kernel supports. Variables in front of
# it: pools, the paths of folders, each encoded for printf %b; programs, in the format of shared/programs.sh.
#
# Prints these lines:
# - `hypervisor xen`, `identity MACHINE BOOT`
# - `reached ADDRESS`: the host's address to which the SSH connection was made
# - `noipv6 BRIDGE|all`
# - `bridge NAME physical|virtual`, that of the default route first
# - `interface NAME BRIDGE|-` for a network card
# - `address ADDRESS MTU`
# - `source ADDRESS`: the source address of packets to other networks
# - `pool NUMBER writable|readonly BLOCKS SIZE` for each folder that exists, with its free blocks and the bytes of a
#   block
# - `available KIB` of memory
# - `processes` if QEMU's processes can be listed, and `resident ID KIB` for each
# - `shapers NAME...`: what the kernel supports, tested in a temporary network namespace
# - `taken VNI` (shared/taken-vnis.sh)
# - `lacks NAME` or `other NAME` for a program (shared/programs.sh)
# - `filter BRIDGE WORDS` (shared/filters.sh)
set -u
#include shared/guests.sh
#include shared/programs.sh
#include shared/filters.sh
if grep -qs control_d /proc/xen/capabilities; then echo "hypervisor xen"; fi
# CLIENT PORT SERVER PORT
reached=${SSH_CONNECTION:-} reached=${reached% *}
[ -z "$reached" ] || echo "reached ${reached##* }"
route=$(ip -o route show default 2>/dev/null | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1)
list() {
  for folder in /sys/class/net/*/bridge; do
    [ -d "$folder" ] || continue
    folder=${folder%/bridge}
    kind=virtual
    for port in "$folder"/brif/*; do
      [ -e "$port" ] || continue
      isVirtual "${port##*/}" || kind=physical
    done
    echo "bridge ${folder##*/} $kind"
  done
}
machine='' boot=''
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
  # Only Ethernet devices that are not bridges.
  [ "$(cat "$folder/type" 2>/dev/null)" = 1 ] || continue
  [ ! -d "$folder/bridge" ] || continue
  isVirtual "$name" && continue
  [ ! -e "$folder/brport/bridge" ] || { bridge=$(readlink -f "$folder/brport/bridge"); bridge=${bridge##*/}; }
  echo "interface $name $bridge"
done
# Addresses of networks for guests come last: other hosts cannot reach them.
global=$(ip -o addr show scope global 2>/dev/null)
inner=$(list | sed -n 's/^bridge \([^ ]*\) virtual$/\1/p')
for last in 0 1; do
  printf '%s\n' "$global" | while read -r _ card _ address _; do
    card=${card%@*} is=0
    [ -n "$card" ] || continue
    for one in $inner; do [ "$one" != "$card" ] || is=1; done
    ! isVirtual "$card" || is=1
    [ "$is" = "$last" ] || continue
    echo "address ${address%/*} $(cat "/sys/class/net/$card/mtu")"
  done
done
# Only looks up the route to unused addresses (RFC 5737, RFC 3849). Nothing is sent.
for address in 192.0.2.1 2001:db8::1; do
  ip -o route get "$address" 2>/dev/null | sed -n 's/^[^ ]* .*via .* src \([^ ]*\).*/source \1/p'
done
number=0
for one in ${pools:-}; do
  number=$((number + 1))
  # An unreachable file server must not block the rest.
  # shellcheck disable=SC2016  # that shell's own variables
  told=$(timeout -k 1 2 sh -c '
    [ -d "$1" ] || exit
    if [ -w "$1" ]; then may=writable; else may=readonly; fi
    echo "$may $(stat -f -c "%a %S" -- "$1")"' sh "$(printf %b "$one")" 2>/dev/null)
  [ -z "$told" ] || echo "pool $number $told"
done
sed -n 's/^MemAvailable: *\([0-9]*\) kB$/available \1/p' /proc/meminfo
# The memory of QEMU's processes. Their argument lists are split at NUL; the machine's id follows -uuid.
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
  # shellcheck disable=SC2016  # that shell's own variables
  unshare -n sh -c '
    shapers=shapers
    if tc qdisc replace dev lo root tbf rate 1mbit burst 4kb limit 40kb; then shapers="$shapers tbf"; fi
    if tc qdisc replace dev lo root netem delay 1ms; then shapers="$shapers netem"; fi
    echo "$shapers"' 2>/dev/null
fi
#include shared/taken-vnis.sh
lacking
filters
