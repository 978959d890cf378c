# Calls whoAmI through SOAP::Lite; test_toolkits.py says how.
use strict;
use warnings;
use MIME::Base64 'encode_base64';
use SOAP::Lite;

my ($credential, $token) = @ENV{qw(CREDENTIAL TOKEN)};
my $wss = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';
my %tls = (SSL_ca_file => $ENV{AUTHORITY}, SSL_cert_file => $ENV{CERTIFICATE}, SSL_key_file => $ENV{CERTIFICATE});
my $client = SOAP::Lite->proxy($ENV{URL}, ssl_opts => [%tls])->ns('http://vmserver/xsd');
my @headers;

# SOAP::Lite asks for them after an answer with 401.
sub SOAP::Transport::HTTP::Client::get_basic_credentials { $credential eq 'challenge' ? ('toolkit', $token) : () }

if ($credential eq 'basic') {
    $client->transport->proxy->default_header(Authorization => 'Basic ' . encode_base64("toolkit:$token", ''));
} elsif ($credential eq 'username') {
    my $password = SOAP::Data->name('w:Password' => $token)->type('')
        ->attr({Type => "$wss-username-token-profile-1.0#PasswordText"});
    my $name = SOAP::Data->name('w:Username' => 'toolkit')->type('');
    push @headers, SOAP::Header->name('w:Security')->mustUnderstand(1)
        ->attr({'xmlns:w' => "$wss-wssecurity-secext-1.0.xsd"})
        ->value(\SOAP::Data->name('w:UsernameToken' => \SOAP::Data->value($name, $password)));
}
# An answer that is no success and no fault is an exception.
my $answer = eval { $client->call('whoAmI', @headers) };
if (ref $answer && !$answer->fault) {
    print $answer->valueof('//user/user'), "\n";
    exit 0;
}
print STDERR ref $answer ? $answer->faultstring : $@, "\n";
print $client->transport->code == 401 ? 401 : $answer->faultcode, "\n";
exit 1;
