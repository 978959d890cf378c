#!/bin/sh
# Lists the host's firewalls that drop frames which bridges forward: `filter BRIDGE WORDS` (shared/filters.sh).
#include shared/guests.sh
#include shared/filters.sh
filters
