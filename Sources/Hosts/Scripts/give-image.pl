# Sends a file from a byte on. The argument is the path, with each byte as three octal digits; the byte is the original
# SSH command.
#
# The output consists of pieces: the position (8 bytes), the length (4 bytes), and the bytes. A piece without bytes
# means that there are only zeros before its position; if its position is the file's size, it is the last piece.
use strict;
my $path = pack "C*", map { oct } $ARGV[0] =~ /(...)/g;
my ($at) = ($ENV{SSH_ORIGINAL_COMMAND} // "") =~ /\A([0-9]{1,18})\z/ or die "from where?\n";
open(my $file, "<:raw", $path) or die "$path: $!\n";
my ($size, $most) = (-s $file, 262144);
my ($zeros, $end, $told) = ("\0" x $most, $at, $at);
sub put {
  for (my $put = 0; $put < length $_[0];) {
    $put += syswrite(STDOUT, $_[0], (length $_[0]) - $put, $put) || die "$!\n";
  }
}
while ($at < $size) {
  if ($at >= $end) {
    my $data = sysseek($file, $at, 3);  # SEEK_DATA
    if ($data) { $data += 0 } elsif ($!{ENXIO}) { last } else { ($data, $end) = ($at, $size) }
    $end = sysseek($file, $data, 4) || $size if $end <= $data;
    $at = $data;
  }
  sysseek($file, $at, 0);
  my $got = sysread($file, my $text, $end - $at < $most ? $end - $at : $most) or die "$path ends early\n";
  if ($text ne substr($zeros, 0, $got)) { put(pack("Q>N", $at, $got) . $text); $told = $at + $got }
  elsif ($at - $told > 16777216) { put(pack("Q>N", $at, 0)); $told = $at }
  $at += $got;
}
put(pack("Q>N", $size, 0));
