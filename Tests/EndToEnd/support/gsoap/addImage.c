/* addImage URL MANIFEST FILE: adds an image of one file by MTOM, as gSOAP sends it. Prints the result or the fault. */
#include "addImage.nsmap"
#include "soapH.h"

int main(int count, char **words)
{
    struct soap *soap = soap_new1(SOAP_ENC_MTOM | SOAP_C_UTFSTRING);
    struct ns__file file = {0};
    struct ns__addImageResponse answer = {0};
    FILE *input = count == 4 ? fopen(words[3], "rb") : NULL;
    if (!input || fseek(input, 0, SEEK_END)) return 2;
    long size = ftell(input);
    rewind(input);
    unsigned char *bytes = soap_malloc(soap, size);
    if (fread(bytes, 1, size, input) != (size_t)size) return 2;
    char *name = strrchr(words[3], '/');
    file.name = name ? name + 1 : words[3];
    file.content.xop__Include.__ptr = bytes;
    file.content.xop__Include.__size = (int)size;
    file.content.xop__Include.type = "application/octet-stream";
    if (soap_call_ns__addImage(soap, words[1], "", words[2], file, &answer)) {
        soap_print_fault(soap, stderr);
        return 1;
    }
    puts(answer.result);
    return 0;
}
