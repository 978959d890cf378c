#!/bin/sh
# Tells how long files are. Variable before it: used, the paths, spelled for printf %b. Prints a line for each that is
# there: `size NUMBER BYTES`.
set -u
: "${used:=}"
number=0
for one in $used; do
  number=$((number + 1))
  path=$(printf %b "$one")
  [ ! -f "$path" ] || echo "size $number $(stat -L -c %s -- "$path")"
done
