/* Calls whoAmI through gSOAP; test_toolkits.py says how. */
#include "VirtualMachineServerSoap11Binding.nsmap"
#include "wsseapi.h"

int main(void)
{
    struct soap *soap = soap_new1(SOAP_C_UTFSTRING);
    struct _ns1__whoAmI request;
    struct _ns1__whoAmIResponse answer;
    char *credential = getenv("CREDENTIAL"), *token = getenv("TOKEN");
    soap_register_plugin(soap, soap_wsse);
    if (soap_ssl_client_context(soap, SOAP_SSL_REQUIRE_SERVER_AUTHENTICATION, getenv("CERTIFICATE"), "",
                                getenv("AUTHORITY"), NULL, NULL)) {
        soap_print_fault(soap, stderr);
        return 2;
    }
    if (!strcmp(credential, "basic")) {
        soap->userid = "toolkit";
        soap->passwd = token;
    } else if (!strcmp(credential, "username")) {
        soap_wsse_add_UsernameTokenText(soap, NULL, "toolkit", token);
    }
    if (soap_call___ns1__whoAmI(soap, getenv("URL"), NULL, &request, &answer) == SOAP_OK) {
        puts(answer.user->user);
        return 0;
    }
    soap_print_fault(soap, stderr);
    /* SOAP 1.2, which is the default for this contract, has the code of WS-Security in a subcode. */
    puts(soap->error == 401 ? "401" : soap_fault_subcode(soap));
    return 1;
}
