# A place on a link from which a host sends probes without being on the link itself: a temporary network namespace,
# connected to the bridge and removed when the script ends. A namespace that an interrupted script left is removed by
# the next script. Prints `nobridge NAME` if the bridge does not exist. A file in /run names the bridge, so that the
# script that removes the bridge can end the probe.
set -u
#include shared/clock.sh
space=vmsp-$$ port=vmsp$$
# shellcheck disable=SC2317  # called by traps
leave() {
  trap - EXIT
  for job in $(jobs -p); do kill "$job" 2>/dev/null; done
  ip link del "$port" 2>/dev/null
  ip netns del "$space" 2>/dev/null
  rm -rf "$work" "/run/$space"
}
inside() { ip netns exec "$space" "$@"; }
# quiet PORT: stops the host from sending anything of its own there; without IPv6 it sends nothing anyway.
quiet() {
  { echo 1 >"/proc/sys/net/ipv6/conf/$1/disable_ipv6"; } 2>/dev/null
  ip link set "$1" addrgenmode none 2>/dev/null
  return 0
}
# enter BRIDGE MTU ADDRESS MAC: creates the namespace with its device.
enter() {
  work=$(mktemp -d) || exit 1
  trap leave EXIT
  # PIPE: the caller has disconnected.
  trap 'exit 1' HUP INT TERM PIPE
  # Write the file before looking for the bridge: the script that removes the bridge looks for this file afterwards.
  echo "$1" > "/run/$space"
  [ -d "/sys/class/net/$1/bridge" ] || { echo "nobridge $1"; exit 0; }
  for old in $(ip netns list | sed -n 's/^\(vmsp-[0-9]*\).*/\1/p'); do
    [ -d "/proc/${old#vmsp-}" ] || ip netns del "$old" 2>/dev/null
  done
  # A namespace with our process id is left from an earlier process.
  ip netns del "$space" 2>/dev/null
  ip link del "$port" 2>/dev/null
  # Exit with 1, never 255, which ssh uses for its own errors.
  ip netns add "$space" &&
    ip link add "$port" type veth peer name probe address "$4" netns "$space" &&
    ip link set "$port" mtu "$2" && quiet "$port" &&
    ip link set "$port" master "$1" up &&
    ip -n "$space" link set lo up &&
    ip -n "$space" link set probe mtu "$2" up || exit 1
  case $3 in
    -) ;;
    *:*)
      # The kernel may be configured to create devices without IPv6.
      inside sh -c 'echo 0 >/proc/sys/net/ipv6/conf/probe/disable_ipv6' 2>/dev/null
      ip -n "$space" addr add "$3" dev probe nodad || exit 1 ;;
    *) ip -n "$space" addr add "$3" dev probe || exit 1 ;;
  esac
}
# near ADDRESS: adds a route to the address on the link, even if it is outside of our prefix. With IPv4 there is no
# usable source address in that case.
near() { case $1 in *:*) ip -n "$space" -6 route replace "$1/128" dev probe ;; esac; }
