# A place on a link from which a host asks without being on it itself: a network namespace of its own, joined to the
# bridge, gone when the script ends. One that an interrupted script left is removed by the next. Prints `nobridge NAME`
# where there is none. Its file in /run says for which bridge, so that who removes that can end it.
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
# quiet PORT: the host has nothing to say there; a kernel without IPv6 has not, anyway.
quiet() {
  { echo 1 >"/proc/sys/net/ipv6/conf/$1/disable_ipv6"; } 2>/dev/null
  ip link set "$1" addrgenmode none 2>/dev/null
  return 0
}
# enter BRIDGE MTU ADDRESS MAC
enter() {
  work=$(mktemp -d) || exit 1
  trap leave EXIT
  # PIPE: who asked is there no more.
  trap 'exit 1' HUP INT TERM PIPE
  # Before the bridge is looked for: who removes the bridge looks for this file afterwards.
  echo "$1" > "/run/$space"
  [ -d "/sys/class/net/$1/bridge" ] || { echo "nobridge $1"; exit 0; }
  for old in $(ip netns list | sed -n 's/^\(vmsp-[0-9]*\).*/\1/p'); do
    [ -d "/proc/${old#vmsp-}" ] || ip netns del "$old" 2>/dev/null
  done
  # One of our number is nobody's any more.
  ip netns del "$space" 2>/dev/null
  ip link del "$port" 2>/dev/null
  # Never 255, which is ssh's own.
  ip netns add "$space" &&
    ip link add "$port" type veth peer name probe address "$4" netns "$space" &&
    ip link set "$port" mtu "$2" && quiet "$port" &&
    ip link set "$port" master "$1" up &&
    ip -n "$space" link set lo up &&
    ip -n "$space" link set probe mtu "$2" up || exit 1
  case $3 in
    -) ;;
    *:*)
      # A kernel that was told to begin every device without.
      inside sh -c 'echo 0 >/proc/sys/net/ipv6/conf/probe/disable_ipv6' 2>/dev/null
      ip -n "$space" addr add "$3" dev probe nodad || exit 1 ;;
    *) ip -n "$space" addr add "$3" dev probe || exit 1 ;;
  esac
}
# near ADDRESS: that it is on the link, also where no prefix of ours says so. IPv4 has no address that would do.
near() { case $1 in *:*) ip -n "$space" -6 route replace "$1/128" dev probe ;; esac; }
