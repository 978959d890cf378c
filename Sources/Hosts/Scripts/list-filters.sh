#!/bin/sh
# Tells which of the host's firewalls drop what bridges forward: `filter BRIDGE WORDS` (shared/filters.sh).
#include shared/guests.sh
#include shared/filters.sh
filters
