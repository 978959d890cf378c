# VMS, the Virtual Machine Server. `make demo` and `make test` need nothing but Debian 12, Swift 6 and root.

# Linked whole, so that a program runs where no Swift is installed, and optimised across modules (docs/decisions/0013).
RELEASE = -c release --static-swift-stdlib -Xswiftc -cross-module-optimization

help: ## Print this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

demo: ## Build, start everything, create a virtual router over SOAP and ping it (KEEP=1 leaves it running)
	scripts/install-packages build host image test
	swift build $(RELEASE) --product vmsd
	swift build $(RELEASE) --product vms
	images/build ipv4-rip
	KEEP=$(KEEP) scripts/demo

check: ## Rules that machines keep: format, imports, warnings, sizes
	scripts/install-packages build
	scripts/check

test: ## Run every test that this machine can run
	scripts/install-packages build host image cloud test toolkits xen
	swift build --build-tests
	swift test --skip-build --experimental-maximum-parallelization-width 8
	.build/debug/fuzz --seconds 60
	images/build all $(if $(VMS_BRIEF),,debian-cloud)
	VMS_BIN=$(CURDIR)/.build/debug scripts/end-to-end

fuzz: ## Feed every parser RUNS wrong inputs (1,000,000 without), guided by libFuzzer
	scripts/install-packages build
	scripts/fuzz $(or $(RUNS),1000000)

bench: ## Run every benchmark, beside peers; fails when a line missed its target
	status=0; for one in services images converge migrate networks; do $(MAKE) bench-$$one || status=1; done; exit $$status

bench-services: ## Measure speed and size of the server beside gSOAP and libvirt
	scripts/install-packages build bench
	swift build $(RELEASE) --product vmsd
	bench/run

bench-images: ## Time creating a machine with and without sending its image (the paper's Table 3), beside scp and virsh
	scripts/install-packages build host bench
	swift build $(RELEASE) --product vmsd
	bench/images

bench-converge: ## Time a network of three routers on three lab hosts until it is connected, beside ip and virsh
	scripts/install-packages build host image
	swift build $(RELEASE) --product vmsd
	images/build ipv4-rip
	bench/converge

bench-migrate: ## Time moving a router live between two lab hosts, beside virsh migrate
	scripts/install-packages build host image
	swift build $(RELEASE) --product vmsd
	images/build ipv4-rip
	bench/migrate

bench-networks: ## Measure the server's own work on networks of up to 1,000 routers, over simulated hosts
	scripts/install-packages build
	swift build $(RELEASE) --product bench-networks
	.build/release/bench-networks

image: ## Build the router images into the cache
	scripts/install-packages image
	images/build all

image-cloud: ## Build a Debian cloud image into the cache
	scripts/install-packages cloud
	images/build debian-cloud

lab: ## Start three QEMU hosts as namespaces and a server over them (then: . .lab/env)
	scripts/install-packages build host image
	swift build $(RELEASE) --product vmsd
	swift build $(RELEASE) --product vms
	images/build ipv4-rip
	scripts/lab up qemu

lab-down: ## Remove them
	scripts/lab down qemu

lab-xen: ## Start two hosts that run the real Xen hypervisor, and a server over them (then: . .lab-xen/env)
	scripts/install-packages build host image xen
	swift build $(RELEASE) --product vmsd
	swift build $(RELEASE) --product vms
	images/build ipv4-rip
	scripts/lab up xen

lab-xen-down: ## Remove them
	scripts/lab down xen

.PHONY: help demo check test fuzz bench bench-services bench-images bench-converge bench-migrate bench-networks image image-cloud lab lab-down lab-xen lab-xen-down
