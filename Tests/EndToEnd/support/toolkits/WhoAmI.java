import com.sun.xml.ws.client.ClientTransportException;
import java.util.List;
import java.util.Set;
import javax.xml.namespace.QName;
import javax.xml.soap.SOAPElement;
import javax.xml.soap.SOAPException;
import javax.xml.ws.BindingProvider;
import javax.xml.ws.handler.MessageContext;
import javax.xml.ws.handler.soap.SOAPHandler;
import javax.xml.ws.handler.soap.SOAPMessageContext;

/** Calls whoAmI through JAX-WS; test_toolkits.py says how. A certificate is a property of the virtual machine. */
class WhoAmI {
    static final String WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-";
    static final String CREDENTIAL = System.getenv("CREDENTIAL"), TOKEN = System.getenv("TOKEN");

    /** Writes the header, because JAX-WS has no WS-Security of its own; keeps the code of a fault, which the contract's
     *  exception does not have. */
    static class Handler implements SOAPHandler<SOAPMessageContext> {
        String code;

        public boolean handleMessage(SOAPMessageContext context) {
            var isRequest = (Boolean) context.get(MessageContext.MESSAGE_OUTBOUND_PROPERTY);
            if (!isRequest || !CREDENTIAL.equals("username")) return true;
            try {
                var security = context.getMessage().getSOAPHeader().addHeaderElement(
                    new QName(WSS + "wssecurity-secext-1.0.xsd", "Security", "wsse"));
                security.setMustUnderstand(true);
                SOAPElement token = security.addChildElement("UsernameToken", "wsse");
                token.addChildElement("Username", "wsse").addTextNode("toolkit");
                token.addChildElement("Password", "wsse").addTextNode(TOKEN)
                    .setAttribute("Type", WSS + "username-token-profile-1.0#PasswordText");
                return true;
            } catch (SOAPException e) {
                throw new RuntimeException(e);
            }
        }

        public boolean handleFault(SOAPMessageContext context) {
            try {
                code = context.getMessage().getSOAPBody().getFault().getFaultCode();
                return true;
            } catch (SOAPException e) {
                throw new RuntimeException(e);
            }
        }

        public void close(MessageContext context) {}

        public Set<QName> getHeaders() { return Set.of(); }
    }

    public static void main(String[] words) {
        var port = new vms.VirtualMachineServer().getVirtualMachineServerHttpSoap11Endpoint();
        var provider = (BindingProvider) port;
        var context = provider.getRequestContext();
        var handler = new Handler();
        provider.getBinding().setHandlerChain(List.of(handler));
        context.put(BindingProvider.ENDPOINT_ADDRESS_PROPERTY, System.getenv("URL"));
        if (CREDENTIAL.equals("basic")) {
            context.put(BindingProvider.USERNAME_PROPERTY, "toolkit");
            context.put(BindingProvider.PASSWORD_PROPERTY, TOKEN);
        }
        try {
            System.out.println(port.whoAmI(new vms.WhoAmI()).getUser().getUser());
            return;
        } catch (vms.VirtualMachineServerFault e) {
            System.out.println(handler.code);
        } catch (ClientTransportException e) {
            // It has the status only in its words.
            System.out.println(e.getMessage().replaceFirst("The server sent HTTP status code (\\d+): .*", "$1"));
        }
        System.exit(1);
    }
}
