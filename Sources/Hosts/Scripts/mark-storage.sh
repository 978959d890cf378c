#!/bin/sh
# Finds out whether two hosts have the same storage under a path: mark-storage VERB TOKEN PATH..., with each PATH
# encoded in octal. TOKEN is unique to a comparison.
#
# `mark` creates a file beside each PATH that is a file, `look` looks for it, `unmark` removes it. The answer has a line
# for each path: `absent`; `device IDENTITY`, with `-` for a device that reports no unique identity; `file`, or `marked`
# if the mark exists. A serial number is not an identity: disks of different makers, and emulated ones, may have the
# same.
set -u
#include shared/octal.sh
verb=$1 token=$2 number=0
shift 2
identity() {
  folder=/sys/class/block/${1##*/} part=0 id=
  if [ -e "$folder/partition" ]; then part=$(cat "$folder/partition") folder=$(readlink -f "$folder/.."); fi
  for file in dm/uuid wwid device/wwid; do
    [ -z "$id" ] || break
    id=$(tr -d '\0\n' < "$folder/$file" 2>/dev/null | tr -c 'A-Za-z0-9.:-' _)
  done
  case $id in
    naa.*|eui.*|uuid.*|nvme.*|LVM-*|mpath-*) echo "$id/$part/$(cat "$folder/size")" ;;
    *) echo - ;;
  esac
}
for spelled in "$@"; do
  number=$((number + 1))
  path=$(readlink -f -- "$(plainOctal "$spelled")")
  mark=${path%/*}/.vms-mark-$token-$number
  if [ -b "$path" ]; then echo "device $(identity "$path")"
  elif [ ! -f "$path" ]; then echo absent
  else
    case $verb in
      mark) (set -C; printf '%s' "${path##*/}" > "$mark") || exit 1 ;;
      unmark) rm -f -- "$mark" ;;
    esac
    if [ "$(cat "$mark" 2>/dev/null)" = "${path##*/}" ]; then echo marked; else echo file; fi
  fi
done
