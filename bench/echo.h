//gsoap ns service name: echo
//gsoap ns service namespace: http://vmserver/xsd
//gsoap ns service style: document
//gsoap ns service encoding: literal
int ns__sanityTest(char *testString, char **out);
