#!/bin/sh
# Checks the paths of a machine's disks without opening any. Variable in front of it: used, the paths, encoded for
# printf %b. Prints `odd NUMBER` for each path that exists and is neither a file nor a block device.
set -u
: "${used:=}"
number=0
for one in $used; do
  number=$((number + 1))
  path=$(printf %b "$one")
  [ ! -e "$path" ] || [ -f "$path" ] || [ -b "$path" ] || echo "odd $number"
done
