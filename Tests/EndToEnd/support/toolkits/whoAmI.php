<?php
// Calls whoAmI through PHP's SOAP extension; test_toolkits.py says how.

[$url, $credential, $token] = array_map('getenv', ['URL', 'CREDENTIAL', 'TOKEN']);
$tls = ['cafile' => getenv('AUTHORITY')];
if ($credential == 'certificate') $tls['local_cert'] = getenv('CERTIFICATE');
$options = ['cache_wsdl' => WSDL_CACHE_NONE, 'trace' => true, 'location' => $url,
            'stream_context' => stream_context_create(['ssl' => $tls])];
if ($credential == 'basic') $options += ['login' => 'toolkit', 'password' => $token];
$client = new SoapClient("$url?wsdl", $options);
if ($credential == 'username') {
    $wss = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';
    $namespace = "$wss-wssecurity-secext-1.0.xsd";
    // PHP has no WS-Security of its own.
    $text = "<w:Security xmlns:w='$namespace'><w:UsernameToken><w:Username>toolkit</w:Username>"
        . "<w:Password Type='$wss-username-token-profile-1.0#PasswordText'>$token</w:Password>"
        . '</w:UsernameToken></w:Security>';
    $client->__setSoapHeaders(new SoapHeader($namespace, 'Security', new SoapVar($text, XSD_ANYXML)));
}
try {
    echo $client->whoAmI()->user->user, "\n";
} catch (SoapFault $fault) {
    fwrite(STDERR, $fault->getMessage());
    preg_match('/^HTTP\S+ (\d+)/', $client->__getLastResponseHeaders() ?? '', $status);
    echo ($status[1] ?? 0) == 401 ? 401 : $fault->faultcode, "\n";
    exit(1);
}
