# What steps of links have in common: one at a time on a host; which network libvirt has of a bridge's name, whose a device
# is, and what is being made.
#
# network BRIDGE tells whether libvirt has a network of that name, defined or started; mark DEVICE what our hook called it;
# made BRIDGE for which network it is being made.
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
