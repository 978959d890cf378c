#!/bin/sh
# Prints `boot ID`, `space ID` (of its process ids), and `way COMMAND...` unless nothing is there that would switch it off.
#include shared/power.sh

echo "boot $(boot)"
echo "space $(readlink /proc/self/ns/pid)"
way=$(way)
[ -z "$way" ] || echo "way $way"
