# Reads the pieces that give-image.pl sends from standard input, and writes them: FROM SIZE PATH, or `-` as PATH to
# measure the rate. take-image.sh describes its output.
use strict;
my ($at, $size, $path) = @ARGV;
$| = 1;
# The time in hundredths of a second.
sub now { open(my $up, "<", "/proc/uptime") or die; <$up> =~ /\A(\d+)\.(\d\d)/ or die; $1 * 100 + $2 }
my ($text, $sent, $told, $begun, $first) = ("", 0, now(), now(), undef);
my $file;
if ($path ne "-") { open($file, "+<:raw", $path) or die "$path: $!\n" }
# Called four times a second, also while nothing arrives.
sub tick {
  my $now = now();
  if (!$file) {
    # The first bytes were waiting in buffers.
    if (!defined $first && $sent >= 1048576) { ($first, $sent) = ($now, 0) }
    rate() if $now - ($first // $begun + 400) >= 100;
  } elsif ($now - $told >= 25) {
    print "at $at $sent\n";
    $told = $now;
  }
}
sub rate {
  print "rate ", (defined $first ? ($sent, " ", now() - $first || 1) : "0 1"), "\n";
  exit;
}
sub take {
  my ($length) = @_;
  $text = "";
  while (length $text < $length) {
    my $ready = "";
    vec($ready, 0, 1) = 1;
    if (select($ready, undef, undef, 0.25)) {
      my $got = sysread(STDIN, $text, $length - length $text, length $text);
      defined $got or die "$!\n";
      $got or die "it ended early\n";
    }
    tick();
  }
}
while (1) {
  take(12);
  my ($start, $length) = unpack("Q>N", $text);
  $start >= $at && $start + $length <= $size && $length <= 1048576 or die "a piece that cannot be\n";
  last if $length == 0 && $start == $size;
  take($length);
  $sent += $length;
  if ($file && $length) {
    sysseek($file, $start, 0);
    for (my $put = 0; $put < $length;) {
      $put += syswrite($file, $text, $length - $put, $put) || die "$path: $!\n";
    }
  }
  $at = $start + $length;
}
rate() unless $file;
truncate($file, $size) or die "$path: $!\n" if -s $file < $size;
print "at $size $sent\n";
