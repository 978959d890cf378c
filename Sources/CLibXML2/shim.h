#include <libxml/xmlversion.h>
/* Debian's libxml2 is built with ICU, whose C headers clash with Foundation's own copy of ICU. Nothing that we use of
   libxml2 depends on it. */
#undef LIBXML_ICU_ENABLED
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>
