# VMS, the Virtual Machine Server. `make try` needs Debian 12 and Swift 6; `make demo` and `make test` need root as well.

# Linked whole, so that a program runs where no Swift is installed, and optimised across modules (docs/decisions/0013).
RELEASE = -c release --static-swift-stdlib -Xswiftc -cross-module-optimization

help: ## Print this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

try: ## Build, start a server with three simulated hosts, say what to type next; no root
	@scripts/try

demo: ## Build, start everything, create a virtual router over SOAP and ping it (KEEP=1 leaves it running)
	scripts/install-packages build host image test
	swift build $(RELEASE) --product vmsd
	swift build $(RELEASE) --product vms
	images/build ipv4-rip
	KEEP=$(KEEP) scripts/demo

format: ## Format all Swift files
	swift format -i --recursive --parallel Sources Tests bench fuzz examples Package.swift

check: ## Rules that machines keep: format, imports, warnings, sizes, documents
	scripts/install-packages build
	scripts/check

unit: ## Run the unit tests
	scripts/install-packages build
	scripts/run-stages unit

quick: ## Run the unit tests, and every service on every face over simulated hosts
	scripts/install-packages build test
	scripts/run-stages quick

test: ## Run what a newcomer waits for: unit tests, fuzzers, the main jobs on simulated hosts, QEMU and Xen
	scripts/install-packages build host image test toolkits xen
	scripts/run-stages test

test-all: ## Run every test that this machine can run
	scripts/install-packages build host image cloud test toolkits xen
	scripts/run-stages test-all

attack: ## Hold the release build to 200 ms for others under every attack, on a quiet machine
	scripts/install-packages build test
	swift build $(RELEASE) --product vmsd
	swift build $(RELEASE) --product vms
	VMS_QUIET=1 scripts/end-to-end Tests/EndToEnd/test_attack.py

fuzz: ## Feed every parser RUNS wrong inputs (1,000,000 without), guided by libFuzzer
	scripts/install-packages build
	scripts/fuzz $(or $(RUNS),1000000)

bench: ## Run every benchmark, beside peers; fails when a line missed its target
	status=0; for one in services images converge migrate networks fleet; do $(MAKE) bench-$$one || status=1; done; exit $$status

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

bench-fleet: ## Measure what 100,000 machines on 1,000 simulated hosts cost the server
	scripts/install-packages build
	swift build $(RELEASE) --product bench-fleet
	.build/release/bench-fleet

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

.PHONY: help try demo format check unit quick test test-all attack fuzz bench bench-services bench-images bench-converge bench-migrate bench-networks bench-fleet image image-cloud lab lab-down lab-xen lab-xen-down
