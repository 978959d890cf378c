#!/bin/sh
# Prints whether a bridge exists, `yes` or `no`: find-bridge BRIDGE.
if [ -d "/sys/class/net/$1/bridge" ]; then echo yes; else echo no; fi
