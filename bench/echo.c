/* An echo server with gSOAP, for comparison with sanityTest. Two threads accept connections, one for each core. */
#include "soapH.h"
#include "echo.nsmap"
#include <pthread.h>
#include <stdio.h>

int ns__sanityTest(struct soap *soap, char *testString, char **out)
{
    *out = testString;
    return SOAP_OK;
}

static void *serve(void *argument)
{
    struct soap *soap = argument;
    soap_serve(soap);
    soap_destroy(soap);
    soap_end(soap);
    soap_free(soap);
    return NULL;
}

int main(void)
{
    struct soap *soap = soap_new2(SOAP_IO_KEEPALIVE, SOAP_IO_KEEPALIVE);
    soap->max_keep_alive = 0;
    soap->bind_flags = SO_REUSEADDR;
    SOAP_SOCKET master = soap_bind(soap, "127.0.0.1", 0, 100);
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    getsockname(master, (struct sockaddr *)&address, &length);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    while (soap_valid_socket(soap_accept(soap))) {
        pthread_t thread;
        pthread_create(&thread, NULL, serve, soap_copy(soap));
        pthread_detach(thread);
    }
    return 0;
}
