# Finds out whether two paths are the same bytes on the host's disks, and whether the host itself uses them.
#
# compare PATH sets the path for all later comparisons. same PATH is true for the same file under any name, for a
# device, and for the parts of a device: its disk or partition, the file behind a loop device, the devices under a
# mapping (LVM, RAID, multipath). restsOnIt PATH is true for an image in QEMU's format that has it anywhere in its
# backing chain, or has its data there: only headers of files and block devices are read. hostsOwn PATH prints `busy
# WORDS`.
#
# Sources: the kernel's Documentation/ABI (/sys/dev/block, slaves, holders, loop/backing_file), proc(5) for mountinfo
# and swaps, QEMU's docs/interop/qcow2 for headers.
PATH=$PATH:/usr/sbin:/sbin
plain() { printf %b "$1"; }
# device PATH: prints the kernel's number of a block device, MAJOR:MINOR.
# shellcheck disable=SC2046,SC2183  # stat prints two words
device() { printf '%d:%d' $(stat -L -c '0x%t 0x%T' -- "$1"); }
# under PATH: sets `file` to the file behind a loop device or its partition, through up to four levels; otherwise to
# PATH.
under() {
  file=$1
  for _ in 1 2 3 4; do
    [ -b "$file" ] || return 0
    block=/sys/dev/block/$(device "$file")
    [ ! -e "$block/partition" ] || block=$block/..
    { IFS= read -r inside <"$block/loop/backing_file"; } 2>/dev/null || return 0
    [ -e "$inside" ] || return 0
    file=$inside
  done
}
# family DEVICE: sets `members` to the numbers of the devices that store a device's bytes, including itself.
family() {
  members=" " next=$1
  while [ -n "$next" ]; do
    # shellcheck disable=SC2086  # numbers of devices
    set -- $next
    next=
    for its in "$@"; do
      case $members in *" $its "*) continue ;; esac
      members="$members$its "
      block=/sys/dev/block/$its
      [ ! -e "$block/partition" ] || next="$next $(cat "$block/../dev")"
      for slave in "$block/slaves"/*/dev; do [ ! -f "$slave" ] || next="$next $(cat "$slave")"; done
    done
  done
}
compare() {
  under "$1"
  mine=$file own='' base=" " known=" "
  [ ! -b "$1" ] || { family "$(device "$1")"; known=$members; }
  if [ -b "$mine" ]; then own=$(device "$mine"); family "$own"; base=$members; fi
}
# shellcheck disable=SC3013  # dash, bash and busybox know -ef
same() {
  under "$1"
  [ ! "$file" -ef "$mine" ] || return 0
  [ -n "$own" ] && [ -b "$file" ] || return 1
  number=$(device "$file")
  case $base in *" $number "*) return 0 ;; esac
  family "$number"
  case $members in *" $own "*) return 0 ;; esac
  return 1
}
# behind IMAGE: sets `below` to the backing file in the header of a qcow or qcow2 image, and `apart` to its data file.
behind() {
  below='' apart='' image=$1
  # shellcheck disable=SC2046  # numbers
  set -- $(timeout 10 od -An -v -tu1 -N 112 -- "$image" 2>/dev/null)
  [ $# -ge 20 ] && [ "$1 $2 $3 $4" = "81 70 73 251" ] || return 1
  place=$((${13} * 16777216 + ${14} * 65536 + ${15} * 256 + ${16}))
  length=$((${17} * 16777216 + ${18} * 65536 + ${19} * 256 + ${20}))
  if [ "${9}${10}${11}${12}" = 0000 ] && [ $place -gt 0 ] && [ $length -ge 1 ] && [ $length -le 1023 ]; then
    below=$(named $place $length)
  fi
  # An external data file (version 3, bit 2): its name is an extension of the header.
  [ $# -ge 104 ] && [ "$8" = 3 ] && [ $((${80} & 4)) != 0 ] || return 0
  place=$((${103} * 256 + ${104}))
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
    # shellcheck disable=SC2046  # numbers
    set -- $(timeout 10 od -An -v -tu1 -j $place -N 8 -- "$image" 2>/dev/null)
    [ $# = 8 ] && [ "$1$2$3$4" != 0000 ] && [ "$5$6" = 00 ] || return 0
    length=$(($7 * 256 + $8))
    if [ "$1 $2 $3 $4" = "68 65 84 65" ]; then apart=$(named $((place + 8)) $length); return 0; fi
    place=$((place + 8 + (length + 7) / 8 * 8))
  done
}
# named OFFSET LENGTH: prints a path from an image's header, resolved relative to the image.
named() {
  name=$(timeout 10 dd if="$image" bs=1 skip="$1" count="$2" 2>/dev/null | tr -d '\0')
  case $name in
    json:*) name=$(printf %s "$name" | sed -n 's/.*"filename": *"\([^"]*\)".*/\1/p') ;;
    file://*) name=${name#file://} ;;
    file:*) name=${name#file:} ;;
  esac
  case $name in
    "") ;;
    /*) printf %s "$name" ;;
    *) printf %s "${image%/*}/$name" ;;
  esac
}
restsOnIt() {
  at=$1 deep=0
  while [ $deep -lt 200 ] && { [ -f "$at" ] || [ -b "$at" ]; } && behind "$at"; do
    [ -z "$apart" ] || ! same "$apart" || return 0
    [ -n "$below" ] || return 1
    ! same "$below" || return 0
    at=$below deep=$((deep + 1))
  done
  return 1
}
# shellcheck disable=SC3013  # as above
hostsOwn() {
  for one in /sys/block/loop*/loop/backing_file; do
    { IFS= read -r inside <"$one"; } 2>/dev/null || continue
    loop=${one%/loop/backing_file}
    case $known in *" $(cat "$loop/dev") "*) continue ;; esac
    [ ! "$inside" -ef "$mine" ] || echo "busy the host has it as /dev/${loop##*/} (losetup -d takes that away)"
  done
  { read -r one; while read -r area one; do
    area=$(plain "$area")
    [ ! -e "$area" ] || ! same "$area" || echo "busy the host swaps to it"
  done; } 2>/dev/null </proc/swaps
  numbers=" "
  if [ -b "$path" ]; then
    numbers=" $(device "$path") "
    for one in "/sys/dev/block/$(device "$path")"/*/dev; do [ ! -f "$one" ] || numbers="$numbers$(cat "$one") "; done
    for number in $numbers; do
      for holder in "/sys/dev/block/$number/holders"/*; do
        [ ! -e "$holder" ] || echo "busy the host builds ${holder##*/} on it"
      done
    done
  fi
  # A file system may have a device number that belongs to no device (btrfs), and then only names its device.
  while read -r one one number one one rest; do
    source=${rest#*- } source=${source#* } source=${source%% *}
    case $numbers in *" $number "*) echo "busy the host has it mounted"; break ;; esac
    case $source in /*) source=$(plain "$source") ;; *) continue ;; esac
    if [ -b "$source" ] && same "$source"; then echo "busy the host has it mounted"; break; fi
  done </proc/self/mountinfo
  # An exclusive holder of a device (also ZFS, which reports no device) prevents others from opening it exclusively.
  [ -b "$path" ] && command -v perl >/dev/null || return 0
  program=$(
    cat <<'PERL'
#include open-alone.pl
PERL
  )
  timeout 10 perl -e "$program" -- "$path"
  [ $? != 3 ] || echo "busy the host itself holds it (a file system, swap, or what is built on it)"
}
