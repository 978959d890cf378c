<?php
// Calls one service through PHP's SOAP extension: call.php WSDL SERVICE < request.json

// JSON has no bytes: {"base64": "…"} represents them.
function bytes($value) {
    if (!is_array($value)) return $value;
    return array_keys($value) === ['base64'] ? base64_decode($value['base64']) : array_map('bytes', $value);
}

$client = new SoapClient($argv[1], [
    'cache_wsdl' => WSDL_CACHE_NONE,
    // Without it PHP gives a scalar for a list of one.
    'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
]);
try {
    $answer = $client->__soapCall($argv[2], [bytes(json_decode(file_get_contents('php://stdin'), true))]);
    echo json_encode($answer, JSON_UNESCAPED_UNICODE);
} catch (SoapFault $fault) {
    if (!isset($fault->detail)) {
        fwrite(STDERR, $fault->getMessage());
        exit(2);
    }
    echo json_encode(['code' => $fault->detail->VirtualMachineServerFault->code]);
    exit(1);
}
