# VMS, the Virtual Machine Server. `make try` needs Debian 12 and Swift 6; `make demo` and `make test` also need root.

# Statically linked, so that a program runs without a Swift installation, and optimised across modules
# (docs/decisions/0013).
RELEASE = -c release --static-swift-stdlib -Xswiftc -cross-module-optimization

help: ## Print this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 24

try: ## Build, start a server with three simulated hosts, suggest commands; no root
	@scripts/try

demo: ## Build, start a lab and a server, create a virtual router by SOAP and ping it (KEEP=1 leaves it running)
	scripts/install-packages build host image test
	swift build $(RELEASE) --product vmsd
	swift build $(RELEASE) --product vms
	images/build ipv4-rip
	KEEP=$(KEEP) scripts/demo

format: ## Format all Swift files
	swift format -i --recursive --parallel Sources Tests bench fuzz examples Package.swift

check: ## Check format, imports, warnings, sizes, scripts and documentation
	scripts/install-packages build
	scripts/check

unit: ## Run the unit tests
	scripts/install-packages build
	scripts/run-stages unit

quick: ## Run the unit tests, and every service on every face with simulated hosts
	scripts/install-packages build test
	scripts/run-stages quick

test: ## Run the tests for every push: unit tests, fuzzers, the main tests on simulated hosts, QEMU and Xen
	scripts/install-packages build host image test toolkits xen
	scripts/run-stages test

test-all: ## Run every test that this machine can run
	scripts/install-packages build host image cloud test toolkits xen browser
	scripts/run-stages test-all

attack: ## Check that other callers wait at most 200 ms under every attack (release build, quiet machine)
	scripts/install-packages build test
	swift build $(RELEASE) --product vmsd
	swift build $(RELEASE) --product vms
	VMS_QUIET=1 scripts/end-to-end Tests/EndToEnd/test_attack.py

fuzz: ## Give every parser RUNS wrong inputs (default 1,000,000), guided by libFuzzer
	scripts/install-packages build
	scripts/fuzz $(or $(RUNS),1000000)

bench: ## Run every benchmark, compared with other programs; fails if a line misses its target
	status=0; for one in services images converge migrate networks fleet statistics; do $(MAKE) bench-$$one || status=1; done; exit $$status

bench-services: ## Measure speed and size of the server, compared with gSOAP and libvirt
	scripts/install-packages build bench
	swift build $(RELEASE) --product vmsd
	bench/run

bench-images: ## Time creates with and without sending the image (the paper's Table 3), compared with scp and virsh
	scripts/install-packages build host bench
	swift build $(RELEASE) --product vmsd
	bench/images

bench-converge: ## Time a network of three routers on three lab hosts until it is connected, compared with ip and virsh
	scripts/install-packages build host image
	swift build $(RELEASE) --product vmsd
	images/build ipv4-rip
	bench/converge

bench-migrate: ## Time a router's live migration between two lab hosts, compared with virsh migrate
	scripts/install-packages build host image
	swift build $(RELEASE) --product vmsd
	images/build ipv4-rip
	bench/migrate

bench-networks: ## Measure the server's own work on networks of up to 1,000 routers, with simulated hosts
	scripts/install-packages build
	swift build $(RELEASE) --product bench-networks
	.build/release/bench-networks

bench-fleet: ## Measure the server's cost of 100,000 machines on 1,000 simulated hosts
	scripts/install-packages build
	swift build $(RELEASE) --product bench-fleet
	.build/release/bench-fleet

bench-statistics: ## Measure what statistics of 100,000 machines on 1,000 simulated hosts cost the server
	scripts/install-packages build
	swift build $(RELEASE) --product vmsd
	bench/statistics

image: ## Build the router images into the cache
	scripts/install-packages image
	images/build all

image-cloud: ## Build a Debian cloud image into the cache
	scripts/install-packages cloud
	images/build debian-cloud

lab: ## Start three QEMU hosts in namespaces, and a server for them (then: . .lab/env)
	scripts/install-packages build host image
	swift build $(RELEASE) --product vmsd
	swift build $(RELEASE) --product vms
	images/build ipv4-rip
	scripts/lab up qemu

lab-down: ## Remove the QEMU hosts and their server
	scripts/lab down qemu

lab-xen: ## Start two hosts that run the real Xen hypervisor, and a server for them (then: . .lab-xen/env)
	scripts/install-packages build host image xen
	swift build $(RELEASE) --product vmsd
	swift build $(RELEASE) --product vms
	images/build ipv4-rip
	scripts/lab up xen

lab-xen-down: ## Remove the Xen hosts and their server
	scripts/lab down xen

.PHONY: help try demo format check unit quick test test-all attack fuzz bench bench-services bench-images bench-converge bench-migrate bench-networks bench-fleet bench-statistics image image-cloud lab lab-down lab-xen lab-xen-down
