/* libvirt's createXML on the test driver, for comparison with createVirtualMachine. Prints the median in ms. */
#include <libvirt/libvirt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int compare(const void *a, const void *b)
{
    double difference = *(const double *)a - *(const double *)b;
    return (difference > 0) - (difference < 0);
}

int main(void)
{
    virConnectPtr connection = virConnectOpen("test:///default");
    double times[60];
    for (int i = 0; i < 60; i++) {
        char xml[400];
        snprintf(xml, sizeof xml, "<domain type='test'><name>m%d</name><memory unit='MiB'>8</memory><vcpu>1</vcpu>"
                 "<os><type arch='i686'>hvm</type></os></domain>", i);
        struct timespec start, end;
        clock_gettime(CLOCK_MONOTONIC, &start);
        virDomainPtr domain = virDomainCreateXML(connection, xml, 0);
        clock_gettime(CLOCK_MONOTONIC, &end);
        if (!domain) return 1;
        virDomainFree(domain);
        times[i] = (end.tv_sec - start.tv_sec) * 1e3 + (end.tv_nsec - start.tv_nsec) / 1e6;
    }
    qsort(times, 60, sizeof times[0], compare);
    printf("%.3f\n", times[30]);
    virConnectClose(connection);
    return 0;
}
