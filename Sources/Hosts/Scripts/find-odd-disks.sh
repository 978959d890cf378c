#!/bin/sh
# Looks at what is at paths that a machine has as disks, without opening any. Variable before it: used, the paths, spelled
# for printf %b. Prints a line for each that is there and is neither file nor block device: `odd NUMBER`.
set -u
: "${used:=}"
number=0
for one in $used; do
  number=$((number + 1))
  path=$(printf %b "$one")
  [ ! -e "$path" ] || [ -f "$path" ] || [ -b "$path" ] || echo "odd $number"
done
