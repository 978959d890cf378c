# now: prints the time since the host started, in hundredths of a second.
now() { read -r up _ </proc/uptime; echo "${up%.*}${up#*.}"; }
