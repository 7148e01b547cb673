# demo and test set up what they need; everything else is for people who know what they want.
SWIFT ?= swift
BUILD ?= .build
PACKAGES = libssl-dev libsqlite3-dev pkg-config openssl curl python3
TEST_PACKAGES = python3-venv systemd systemd-container mmdebstrap iproute2 nginx-light swtpm swtpm-tools tpm2-openssl tpm2-tools \
	spin gcc libc6-dev
VENV = $(BUILD)/venv

.PHONY: demo test setup build release lint clean lock

# All three programs in one build, which keeps both cores busy while each would wait for its last module.
demo: setup
	$(SWIFT) build --scratch-path $(BUILD)
	docs/demo/run.sh $(BUILD)/debug

test: PACKAGES += $(TEST_PACKAGES)
test: setup $(VENV)/ready $(VENV)-interop/ready $(VENV)-verify/ready
	Tests/run.sh $(SWIFT) $(BUILD) $(VENV)

# Asks for root only when a package is missing.
setup:
	@command -v $(SWIFT) > /dev/null || { echo "Swift 6.3 is needed: install it and put it in PATH"; exit 1; }
	@missing=$$(for p in $(PACKAGES); do dpkg -s $$p > /dev/null 2>&1 || echo $$p; done); \
	if [ -n "$$missing" ]; then \
	  echo "installing $$missing"; \
	  if [ "$$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi; \
	  $$sudo apt-get update -q && $$sudo apt-get install -qy $$missing; \
	fi

$(VENV)/ready: Tests/Schema/requirements.txt Tests/OpenAPI/requirements.txt
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install -q -r Tests/Schema/requirements.txt -r Tests/OpenAPI/requirements.txt
	touch $@

# Of its own: these tools want an older cbor2 than the schemas' judges.
$(VENV)-interop/ready: Tests/Interop/requirements.txt
	python3 -m venv $(VENV)-interop
	$(VENV)-interop/bin/pip install -q -r Tests/Interop/requirements.txt
	touch $@

# What docs/verify asks for and nothing else: whoever verifies has no more.
$(VENV)-verify/ready: docs/verify/requirements.txt
	python3 -m venv $(VENV)-verify
	$(VENV)-verify/bin/pip install -q -r docs/verify/requirements.txt
	touch $@

build: setup
	$(SWIFT) build --scratch-path $(BUILD)

release: setup
	$(SWIFT) build --scratch-path $(BUILD) -c release

lint:
	$(SWIFT) format lint --strict -r Sources Tests Package.swift

# What was resolved, for the test that compares it.
lock:
	$(SWIFT) package --scratch-path $(BUILD) show-dependencies --format json > /dev/null
	python3 Tests/dependencies.py --write docs/dependencies.lock

clean:
	rm -rf $(BUILD)
