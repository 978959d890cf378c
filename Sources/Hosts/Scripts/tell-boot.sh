#!/bin/sh
# Prints `boot ID`, `space ID` (its PID namespace), and `way COMMAND...` if the host has a program to shut it down.
#include shared/power.sh

echo "boot $(boot)"
echo "space $(readlink /proc/self/ns/pid)"
way=$(way)
[ -z "$way" ] || echo "way $way"
