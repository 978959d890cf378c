# Common parts of the scripts for links: a lock, so that only one of them runs on a host at a time; and functions that
# report which network libvirt has for a bridge's name, who owns a device, and what is being created.
#
# network BRIDGE: whether libvirt has a network with that name, defined or started. mark DEVICE: prints the mark that
# our hook set on a device. made BRIDGE: prints the network for which the bridge is being created.
set -eu
export LC_ALL=C
exec 9>/run/vms-segments.lock
# Shorter than the time limit of a step, so that a script that cannot get the lock reports it.
flock -w 15 9 || { echo "another step of links has held /run/vms-segments.lock for 15 s" >&2; exit 1; }
hooks=/etc/libvirt/hooks making=/run/vms-making
network() { [ -e "/etc/libvirt/qemu/networks/$1.xml" ] || [ -e "/run/libvirt/network/$1.xml" ]; }
mark() { cat "/sys/class/net/$1/ifalias" 2>/dev/null || true; }
made() { cat "$making/$1" 2>/dev/null || true; }
# install FOLDER: installs the hook from standard input, unless the same hook exists. libvirt executes every file of
# these folders, whatever its name, so a new hook is written outside of them first.
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
