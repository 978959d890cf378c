# Exits with 3 if the device PATH cannot be opened exclusively, since the host itself holds it (open(2), O_EXCL).
use strict;
use Errno;
use Fcntl;
sysopen(my $device, $ARGV[0], O_RDONLY | O_EXCL | O_NONBLOCK) or exit($!{EBUSY} ? 3 : 0);
