//gsoap ns service name: addImage
//gsoap ns service namespace: http://vmserver/xsd
//gsoap ns service style: document
//gsoap ns service encoding: literal
//gsoap ns schema elementForm: qualified
// What gSOAP needs to know of addImage; "xop.h" makes it send the content as an attachment.
#import "xop.h"
struct ns__bytes { struct _xop__Include xop__Include; };
struct ns__file { char *name; struct ns__bytes content; };
struct ns__addImageResponse { char *result; };
int ns__addImage(char *manifest, struct ns__file file, struct ns__addImageResponse *answer);
