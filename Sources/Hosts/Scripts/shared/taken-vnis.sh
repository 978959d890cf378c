# Prints `taken VNI` for each VNI that a new link cannot use:
# - those of devices and libvirt networks with the names of links, except the remains of a link of ours, which the next
#   link with that VNI removes (prepare-segment);
# - those of networks with other names that have such a bridge, started or only defined, since libvirt gives a bridge to
#   only one network;
# - those of all VXLANs on the port that links use, also in other network namespaces, since the kernel counts a VXLAN
#   where its frames leave. Other namespaces are searched only if the port is in use.
#
# left DEVICE: whether the device remains from a link of ours.
left() {
  segment=vms-${1#vm?-} mark=
  [ ! -e "/etc/libvirt/qemu/networks/$segment.xml" ] && [ ! -e "/run/libvirt/network/$segment.xml" ] || return 1
  { read -r mark <"/sys/class/net/$1/ifalias"; } 2>/dev/null
  case $mark in "vms "*) return 0 ;; esac
  [ -e "/run/vms-making/$segment" ]
}
for path in /sys/class/net/vms-* /sys/class/net/vmx-* /etc/libvirt/qemu/networks/vms-*.xml \
  /run/libvirt/network/vms-*.xml; do
  [ -e "$path" ] || continue
  device=${path##*/} device=${device%.xml}
  case ${device#vm?-} in *[!0-9a-f]*) continue ;; ??????) ;; *) continue ;; esac
  left "$device" || echo "taken $(( 0x${device#vm?-} ))"
done
cat /etc/libvirt/qemu/networks/*.xml /run/libvirt/network/*.xml 2>/dev/null |
  sed -n "s/.*<bridge [^>]*name=['\"]vm[sx]-\([0-9a-f]\{6\}\)['\"].*/\1/p" | sort -u |
  while read -r number; do echo "taken $(( 0x$number ))"; done
vxlans() {
  "$@" ip -d -o link show type vxlan 2>/dev/null |
    sed -n '/: vmx-[0-9a-f]\{6\}[:@]/d; s/.* vxlan id \([0-9]*\) .*dstport 4789 .*/taken \1/p'
}
vxlans
if grep -qs ':12B5 ' /proc/net/udp /proc/net/udp6; then
  own=$(readlink /proc/self/ns/net)
  {
    # shellcheck disable=SC2012  # one process for all links: names of processes are numbers
    ls -l /proc/[0-9]*/ns/net 2>/dev/null | sed -n 's/.* \(\/proc\/[0-9]*\/ns\/net\) -> \(net:.*\)/\2 \1/p'
    for file in /run/netns/* /run/docker/netns/*; do
      case $file in *'*' | */vmsp-*) ;; *) echo "net:[$(stat -Lc %i "$file" 2>/dev/null)] $file" ;; esac
    done
  } | sort -u -k 1,1 | head -n 256 | while read -r space file; do
    [ "$space" = "$own" ] || vxlans nsenter --net="$file"
  done
fi
