#!/bin/sh
# Checks the requirements of a host. Prints lines of four parts between tabs: `ok`, `warning` or `missing`, the check's
# name, the finding, and the remedy (may be empty); and `clock SECONDS` since 1970. Variable in front of it: programs,
# in the format of shared/programs.sh.
set -u
#include shared/guests.sh
#include shared/programs.sh
#include shared/filters.sh
say() { printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "${4:-}"; }
has() { command -v "$1" >/dev/null 2>&1; }
printf 'clock\t%s\n' "$(date +%s)"
if [ "$(id -u)" = 0 ]; then say ok user "root"
else say missing user "uid $(id -u)" "let the key of this server log in as root"; fi
if grep -qs control_d /proc/xen/capabilities; then say ok hypervisor "Xen"
elif has qemu-system-x86_64 || has qemu-system-aarch64 || [ -x /usr/libexec/qemu-kvm ]; then
  if [ "$(stat -c %t:%T /dev/kvm 2>/dev/null)" = a:e8 ]; then say ok hypervisor "QEMU with KVM"
  else say warning hypervisor "QEMU without /dev/kvm" "machines are emulated: enable virtualisation in the firmware"; fi
else say missing hypervisor "neither QEMU nor Xen" "apt-get install qemu-system-x86 (or xen-system-amd64)"; fi
if [ -S /run/libvirt/libvirt-sock ] || [ -S /var/run/libvirt/libvirt-sock ]; then say ok libvirtd "its socket is there"
else say missing libvirtd "no socket /run/libvirt/libvirt-sock" "apt-get install libvirt-daemon-system; systemctl enable --now libvirtd"; fi
if has virt-ssh-helper; then say ok proxy "virt-ssh-helper"
elif has nc; then say ok proxy "nc"
else say missing proxy "neither virt-ssh-helper nor nc" "apt-get install libvirt-daemon"; fi
bridge='' any=''
for folder in /sys/class/net/*/bridge; do
  [ -d "$folder" ] || continue
  folder=${folder%/bridge} any=${any:-${folder##*/}}
  for port in "$folder"/brif/*; do
    [ ! -e "$port" ] || isVirtual "${port##*/}" || bridge=${bridge:-${folder##*/}}
  done
done
if [ -n "$bridge" ]; then say ok bridge "$bridge has a physical interface"
elif [ -n "$any" ]; then say warning bridge "$any, without a physical interface" "put the interface of your network on a bridge (docs/hosts.md)"
else say missing bridge "none" "put the interface of your network on a bridge (docs/hosts.md)"; fi
if [ ! -d /proc/sys/net/ipv6 ]; then say warning ipv6 "the kernel has none" "boot without ipv6.disable=1; without it no router with an IPv6 address is proven"
else
  six=ok
  for folder in /sys/class/net/*/bridge; do
    name=${folder%/bridge} name=${name##*/} off=0
    case $name in '*' | vms-*) continue ;; esac
    read -r off <"/proc/sys/net/ipv6/conf/$name/disable_ipv6" 2>/dev/null
    [ "$off" = 0 ] || { six=; say warning ipv6 "bridge $name has none" "sysctl -w net.ipv6.conf.$name.disable_ipv6=0; without it no machine with an IPv6 address is proven there"; }
  done
  [ -z "$six" ] || say ok ipv6 "on every bridge"
fi
found=$(filters | cut -d ' ' -f 3- | sort -u | tr '\n' ' ')
if [ -n "$found" ]; then say warning filter "drops what bridges forward: ${found% }" "accept that there, or take bridges out of iptables: sysctl -w net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0; without it others may not reach its machines"
else say ok filter "none on bridges"; fi
told=" $(lacking | tr '\n' ',') "
told=,${told# }
programs | while IFS='|' read -r tool _ maker package loss; do
  [ -n "$tool" ] || continue
  # Another check is named "bridge".
  name=$tool
  [ "$tool" != bridge ] || name='bridge(8)'
  case $told in
    *",lacks $tool,"*) say warning "$name" "not there" "apt-get install $package; $loss" ;;
    *",other $tool,"*)
      say warning "$name" "$(command -v "$tool") is not that of $maker" \
        "apt-get install $package (in place of the other); $loss" ;;
    *) say ok "$name" "$(command -v "$tool")" ;;
  esac
done
