#ifndef CLIBVIRT_SHIM_H
#define CLIBVIRT_SHIM_H

#include <stddef.h>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

/* VIR_DOMAIN_EVENT_CALLBACK is a macro with a function pointer cast, which Swift cannot see. */
static inline int clibvirt_register_lifecycle(virConnectPtr connection, virConnectDomainEventCallback callback,
                                              void *opaque, virFreeCallback release)
{
    return virConnectDomainEventRegisterAny(connection, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                            VIR_DOMAIN_EVENT_CALLBACK(callback), opaque, release);
}

#endif
