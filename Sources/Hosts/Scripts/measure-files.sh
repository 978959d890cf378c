#!/bin/sh
# Prints the lengths of files. Variable in front of it: used, the paths, encoded for printf %b. Prints `size NUMBER
# BYTES` for each file that exists.
set -u
: "${used:=}"
number=0
for one in $used; do
  number=$((number + 1))
  path=$(printf %b "$one")
  [ ! -f "$path" ] || echo "size $number $(stat -L -c %s -- "$path")"
done
