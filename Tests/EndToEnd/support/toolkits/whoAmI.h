// The contract, in the form that wsdl2h gives it, and WS-Security.
#import "contract.h"
#import "wsse.h"
