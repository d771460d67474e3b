# duban: one Makefile, no recursion. `make help` lists what it can do.
#
# Everything is built out of tree in $(BUILD)/<variant>; variants never share objects:
#   release  optimised, hardened: what `make run` starts
#   asan     AddressSanitizer + UBSan: what `make test` runs
#   tsan     ThreadSanitizer: for the ledger's two threads
# A library per layer of common/, a library and a program per directory of services/, a program per
# tests/unit/<part>/test_*.c: a new file needs no edit here.

BUILD   ?= build
VARIANT ?= release
V       ?= 0
JOBS    ?= $(shell nproc)

# 100 TCP ports of this checkout's own; tools/port-base says who uses which.
PORT_BASE ?= $(shell tools/port-base)

CC           ?= gcc
PKG_CONFIG   ?= pkg-config
PROTOC       ?= protoc
CLANG_FORMAT ?= $(notdir $(firstword $(wildcard /usr/bin/clang-format-14) clang-format))
CLANG_TIDY   ?= clang-tidy

OUT := $(BUILD)/$(VARIANT)
GEN := $(BUILD)/gen

LAYERS   := base domain wire runtime service
SERVICES := $(patsubst services/%/,%,$(sort $(dir $(wildcard services/*/main.c))))

# --- flags -----------------------------------------------------------------------------------------------
WARNINGS := -Wall -Wextra -Werror -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wswitch-enum \
            -Wformat=2 -Wvla -Wpointer-arith -Wwrite-strings -Wundef -Wnull-dereference -Wno-missing-field-initializers
HARDENING := -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
FLAGS_release := -O2 -g -D_FORTIFY_SOURCE=2
FLAGS_asan    := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
FLAGS_tsan    := -O1 -g -fno-omit-frame-pointer -fsanitize=thread
# -Wnull-dereference follows inlined paths that the sanitizers' own instrumentation invents.
FLAGS_asan += -Wno-null-dereference -Wno-maybe-uninitialized
FLAGS_tsan += -Wno-null-dereference -Wno-maybe-uninitialized

PACKAGES := rdkafka libevent libevent_pthreads libprotobuf-c jansson libfyaml inih libcrypto libcurl libsystemd smartcols ncursesw sqlite3
CPPFLAGS += -D_GNU_SOURCE -Icommon -isystem $(GEN) $(PACKAGE_CFLAGS)
CFLAGS   := -std=c11 $(WARNINGS) $(HARDENING) $(FLAGS_$(VARIANT))
LDFLAGS  += -pie -Wl,-z,relro,-z,now,--as-needed $(filter -fsanitize%,$(FLAGS_$(VARIANT)))
LDLIBS    = $(PACKAGE_LIBS) -lunistring -lpthread

ifeq ($(V),0)
  Q := @
  say = @printf '  %-6s %s\n' $(1) $(2)
else
  Q :=
  say = @:
endif

.DEFAULT_GOAL := build
.SECONDARY:
.DELETE_ON_ERROR:

# --- packages ----------------------------------------------------------------------------------------------
# The libraries' flags stand in a makefile. make makes it before anything else, on a fresh machine by installing
# what is missing, and then starts over: every target finds its packages, whichever is called first.
ifneq ($(filter-out help clean deps,$(or $(MAKECMDGOALS),$(.DEFAULT_GOAL))),)
include $(BUILD)/packages.mk
endif

$(BUILD)/packages.mk: tools/deps Makefile
	$(Q)tools/deps
	$(Q)mkdir -p $(@D) && flags=$$($(PKG_CONFIG) --cflags $(PACKAGES)) && libs=$$($(PKG_CONFIG) --libs $(PACKAGES)) && \
	  printf 'PACKAGE_CFLAGS := %s\nPACKAGE_LIBS := %s\n' "$$flags" "$$libs" >$@

# --- generated code: protobuf-c, warnings off, included as a system header ----------------------------------
PROTOS      := $(sort $(wildcard proto/duban/v1/*.proto))
PB_HEADERS  := $(PROTOS:proto/%.proto=$(GEN)/%.pb-c.h)
PB_SOURCES  := $(PROTOS:proto/%.proto=$(GEN)/%.pb-c.c)
PB_OBJECTS  := $(PROTOS:proto/%.proto=$(OUT)/gen/%.pb-c.o)

$(GEN)/%.pb-c.c $(GEN)/%.pb-c.h &: proto/%.proto $(PROTOS)
	$(call say,PROTO,$<)
	$(Q)mkdir -p $(@D) && $(PROTOC) -Iproto --c_out=$(GEN) $<

$(OUT)/gen/%.pb-c.o: $(GEN)/%.pb-c.c | $(PB_HEADERS)
	$(Q)mkdir -p $(@D) && $(CC) -std=c11 -w $(HARDENING) $(FLAGS_$(VARIANT)) -isystem $(GEN) -c $< -o $@

# --- objects -----------------------------------------------------------------------------------------------
# -MD, not -MMD: the layer check reads these files and must see system headers too.
$(OUT)/obj/%.o: %.c Makefile | $(PB_HEADERS)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(CPPFLAGS) $(CPPFLAGS_$(firstword $(subst /, ,$<))) $(CFLAGS) $(WARNINGS_$(firstword $(subst /, ,$<))) -MD -MP -c $< -o $@

# The compiler does not know that a failed assertion of cmocka does not return.
WARNINGS_tests := -Wno-null-dereference
CPPFLAGS_tests := -Itests/support -iquote tests/simulation $(SERVICES:%=-iquote services/%) -Iservices

# --- libraries: one per layer, one per service (all but its main.c) ------------------------------------------
objects_of = $(patsubst %.c,$(OUT)/obj/%.o,$(sort $(wildcard $(1)/*.c)))

LIBS := $(LAYERS:%=$(OUT)/lib/lib%.a) $(SERVICES:%=$(OUT)/lib/libservice-%.a)

define archive_rule
$(OUT)/lib/lib$(1).a: $(2)
	$$(call say,AR,$$@)
	$$(Q)mkdir -p $$(@D) && rm -f $$@ && $$(AR) rcs $$@ $$^
endef
$(foreach l,$(filter-out wire,$(LAYERS)),$(eval $(call archive_rule,$(l),$(call objects_of,common/$(l)))))
$(eval $(call archive_rule,wire,$(call objects_of,common/wire) $(PB_OBJECTS)))
$(foreach s,$(SERVICES),$(eval $(call archive_rule,service-$(s),$(filter-out %/main.o,$(call objects_of,services/$(s))))))
$(eval $(call archive_rule,support,$(call objects_of,tests/support)))
# What the simulation puts in the place of runtime and service: before them, so that the linker takes it from here.
$(eval $(call archive_rule,simulation,$(filter-out $(OUT)/obj/tests/simulation/test_%,$(call objects_of,tests/simulation))))

# ThreadSanitizer needs some help with librdkafka's threads.
HELPERS_tsan := $(call objects_of,tests/tsan)
HELPERS      := $(HELPERS_$(VARIANT))

lib_path = $(patsubst %,$(OUT)/lib/lib%.a,$(1))
COMMON_LIBS := $(call lib_path,service runtime wire domain base)

# --- programs ------------------------------------------------------------------------------------------------
PROGRAMS := $(SERVICES:%=$(OUT)/bin/%)

define program_rule
$(OUT)/bin/$(1): $(OUT)/obj/services/$(1)/main.o $(HELPERS) $(OUT)/lib/libservice-$(1).a $(COMMON_LIBS)
	$$(call say,LD,$$@)
	$$(Q)mkdir -p $$(@D) && $$(CC) $$(LDFLAGS) $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group $$(LDLIBS) -o $$@
endef
$(foreach s,$(SERVICES),$(eval $(call program_rule,$(s))))

# --- tests: tests/unit/<part> links only what that part may use, so an upward call does not link ---------------
LINK_base    := base
LINK_domain  := domain base
LINK_wire    := wire domain base
LINK_runtime := runtime base
LINK_service := service runtime wire domain base
LINK_simulation := simulation $(SERVICES:%=service-%) service runtime wire domain base
LINK_long    := $(LINK_simulation)
# … and of the clock, which stands in a file with much else.
WRAP_simulation := -Wl,--wrap=monotonic_now
WRAP_long       := $(WRAP_simulation)
LINK_DEFAULT := $(SERVICES:%=service-%) service runtime wire domain base

TEST_PLACES  := unit/* simulation scenarios integration chaos
TEST_SOURCES := $(sort $(wildcard $(TEST_PLACES:%=tests/%/test_*.c)))
TESTS        := $(TEST_SOURCES:tests/%.c=$(OUT)/tests/%)
BENCH_SOURCES := $(sort $(wildcard tests/bench/bench_*.c))
BENCHES       := $(BENCH_SOURCES:tests/%.c=$(OUT)/tests/%)
LONG_SOURCES  := $(sort $(wildcard tests/long/long_*.c))
LONG_TESTS    := $(LONG_SOURCES:tests/%.c=$(OUT)/tests/%)

define test_rule
$(OUT)/tests/$(1): $(OUT)/obj/tests/$(1).o $(HELPERS) $(OUT)/lib/libsupport.a $(call lib_path,$(or $(LINK_$(2)),$(LINK_DEFAULT)))
	$$(call say,LD,$$@)
	$$(Q)mkdir -p $$(@D) && $$(CC) $$(LDFLAGS) $(WRAP_$(2)) $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group -lcmocka $$(LDLIBS) -o $$@
endef
$(foreach t,$(patsubst tests/%.c,%,$(TEST_SOURCES) $(BENCH_SOURCES) $(LONG_SOURCES)),$(eval $(call test_rule,$(t),$(lastword $(subst /, ,$(dir $(t)))))))

# --- what the chaos tests put between the programs and the world: a proxy before the brokers, a clock that steps
CHAOS_TOOLS := $(OUT)/tests/chaos/fault_proxy $(OUT)/tests/chaos/stepping_clock.so

$(OUT)/tests/chaos/fault_proxy: $(call objects_of,tests/chaos/proxy) $(HELPERS) $(call lib_path,base)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(LDFLAGS) $^ $(LDLIBS) -o $@

# Preloaded into programs of every variant, so it is built without any.
$(OUT)/tests/chaos/stepping_clock.so: tests/chaos/clock/stepping_clock.c Makefile
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(CC) -std=c11 -D_GNU_SOURCE $(WARNINGS) -O2 -fPIC -shared $< -ldl -o $@

# --- mutants: a simulation with one deliberate bug each (tests/simulation/mutations.txt) --------------------------------
MUTATIONS := $(shell awk '/^mutation /{name = $$2} /^cast /{cast = $$2} /^file /{print name ":" cast ":" $$2}' tests/simulation/mutations.txt)
MUTANTS   := $(foreach m,$(MUTATIONS),$(OUT)/mutants/$(firstword $(subst :, ,$(m))))

# $(1) name, $(2) cast, $(3) file. The changed object comes before the library, so the linker does not take the original from there.
define mutant_rule
$(OUT)/mutants/$(1).o: $(3) tests/simulation/mutations.txt tests/simulation/mutate.py $(OUT)/obj/$(3:.c=.o)
	$$(call say,MUTANT,$(1))
	$$(Q)mkdir -p $$(@D) && tests/simulation/mutate.py $(1) $$(@:.o=.c)
	$$(Q)$$(CC) $$(CPPFLAGS) -iquote $(dir $(3)) $$(CPPFLAGS_tests) $$(CFLAGS) -w -c $$(@:.o=.c) -o $$@

$(OUT)/mutants/$(1): $(OUT)/mutants/$(1).o $(OUT)/obj/tests/simulation/test_$(2)_simulation.o $(HELPERS) $(OUT)/lib/libsupport.a $(call lib_path,$(LINK_simulation))
	$$(Q)$$(CC) $$(LDFLAGS) $(WRAP_simulation) $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group -lcmocka $$(LDLIBS) -o $$@
endef
$(foreach m,$(MUTATIONS),$(eval $(call mutant_rule,$(word 1,$(subst :, ,$(m))),$(word 2,$(subst :, ,$(m))),$(word 3,$(subst :, ,$(m))))))

# --- ledgers with one deliberate bug each, for the real broker (tests/chaos/mutations.txt) -------------------------------
WRONG_MUTATIONS := $(shell awk '/^mutation /{name = $$2} /^file /{print name ":" $$2}' tests/chaos/mutations.txt)
WRONG_LEDGERS   := $(foreach m,$(WRONG_MUTATIONS),$(OUT)/wrong-ledgers/$(firstword $(subst :, ,$(m))))

define wrong_ledger_rule
$(OUT)/wrong-ledgers/$(1).o: $(2) tests/chaos/mutations.txt tests/simulation/mutate.py $(OUT)/obj/$(2:.c=.o)
	$$(call say,MUTANT,$(1))
	$$(Q)mkdir -p $$(@D) && tests/simulation/mutate.py $(1) $$(@:.o=.c) tests/chaos/mutations.txt
	$$(Q)$$(CC) $$(CPPFLAGS) -iquote $(dir $(2)) $$(CPPFLAGS_tests) $$(CFLAGS) -w -c $$(@:.o=.c) -o $$@

$(OUT)/wrong-ledgers/$(1): $(OUT)/wrong-ledgers/$(1).o $(OUT)/obj/services/task-ledger/main.o $(HELPERS) $(OUT)/lib/libservice-task-ledger.a $(COMMON_LIBS)
	$$(Q)$$(CC) $$(LDFLAGS) $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group $$(LDLIBS) -o $$@
endef
$(foreach m,$(WRONG_MUTATIONS),$(eval $(call wrong_ledger_rule,$(firstword $(subst :, ,$(m))),$(lastword $(subst :, ,$(m))))))

# --- headers compile alone; their dependency files tell the layer check what a header shows to others ---------
HEADERS     := $(sort $(wildcard common/*/*.h services/*/*.h tests/support/*.h))
HEADER_DEPS := $(HEADERS:%=$(OUT)/headers/%.d)

$(OUT)/headers/%.d: % Makefile | $(PB_HEADERS)
	$(Q)mkdir -p $(@D) && $(CC) $(CPPFLAGS) $(CPPFLAGS_$(firstword $(subst /, ,$<))) $(CFLAGS) -fsyntax-only -MD -MP -MF $@ -MT $@ -x c $<

# --- what people call ------------------------------------------------------------------------------------------
SOURCES := $(sort $(foreach place,common/* services/* tests/* tests/unit/* tests/chaos/*,$(wildcard $(place)/*.c $(place)/*.h)))

# Tests and checks look at one build, with the sanitizers; -j as the caller wished, else one job per core.
TEST_VARIANT ?= asan
SUBMAKE       = $(MAKE) --no-print-directory $(if $(findstring -j,$(MAKEFLAGS)),,-j$(JOBS))
BUILD_TESTS   = $(SUBMAKE) VARIANT=$(TEST_VARIANT) everything
FOR_TOOLS     = BUILD='$(BUILD)' OUT='$(BUILD)/$(TEST_VARIANT)' GEN='$(GEN)' CLANG_FORMAT='$(CLANG_FORMAT)' PORT_BASE=$(PORT_BASE)

.PHONY: chaos chaos-tools docs help deps build libs tests headers everything run test test-long long-tests tsan unit unit-tests lint tidy format bench bench-peers bench-growth benches clean
help: ## show this list
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: ## install, build, start everything, let a year of sample tasks go by; Ctrl-C stops it (SEED SPEED DAYS ONCE KAFKA=host:port)
	$(Q)$(SUBMAKE) build
	$(Q)BUILD='$(BUILD)' BIN='$(OUT)/bin' PORT_BASE=$(PORT_BASE) deploy/run

test: ## build with ASan + UBSan, run all tests, on a real Kafka (T=pattern KAFKA=host:port)
	$(Q)$(BUILD_TESTS)
	$(Q)$(SUBMAKE) VARIANT=tsan build
	$(Q)$(FOR_TOOLS) tools/test-all

test-long: ## a million random deadlines, and as many schedules of faults, in release (CASES=n SEED=n)
	$(Q)$(SUBMAKE) VARIANT=release long-tests
	$(Q)tools/test-long $(LONG_SOURCES:tests/%.c=$(BUILD)/release/tests/%)

long-tests: $(LONG_TESTS)

tsan: ## run the suites that use Kafka under ThreadSanitizer (T=pattern)
	$(Q)$(MAKE) --no-print-directory test TEST_VARIANT=tsan T='^tests/(scenarios|integration)/.*($(T))'

unit: ## of these, only tests/unit; builds no more than they need
	$(Q)$(SUBMAKE) VARIANT=$(TEST_VARIANT) unit-tests
	$(Q)$(FOR_TOOLS) T='^tests/unit/.*($(T))' tools/test-all

unit-tests: $(filter $(OUT)/tests/unit/%,$(TESTS))

lint: ## format, layers, banned functions, cppcheck, shellcheck
	$(Q)$(BUILD_TESTS)
	$(Q)$(FOR_TOOLS) tools/lint all

tidy: $(BUILD)/compile_commands.json ## clang-tidy, slow
	$(Q)command -v $(CLANG_TIDY) >/dev/null || { echo 'clang-tidy is missing: apt-get install clang-tidy' >&2; exit 1; }
	$(Q)printf '%s\n' $(filter %.c,$(SOURCES)) | xargs -P $(JOBS) -n 4 $(CLANG_TIDY) --quiet -p $(BUILD)

format: ## format all C files
	$(Q)for source in $(SOURCES); do $(CLANG_FORMAT) -i "$$source" 2>/dev/null || echo "$$source: left alone, $(CLANG_FORMAT) crashes on it"; done

build: $(PROGRAMS) ## build all programs into build/release/bin

libs: $(LIBS)

tests: $(TESTS) $(MUTANTS)

headers: $(HEADER_DEPS)

everything: $(PROGRAMS) $(LIBS) $(TESTS) $(CHAOS_TOOLS) $(MUTANTS) $(WRONG_LEDGERS) $(BENCHES) $(LONG_TESTS) $(HEADER_DEPS)
	@:

deps: ## install missing Debian packages (the other targets do it by themselves)
	$(Q)tools/deps && echo 'all packages are there'

bench: ## measure the release build; figures in build/bench/results.json (T=pattern)
	$(Q)$(SUBMAKE) VARIANT=release build benches
	$(Q)BUILD='$(BUILD)' OUT='$(BUILD)/release' tools/bench

bench-peers: ## the ledger and Kafka Streams in turn; figures in build/bench/peers.json (TASKS=n RUNS=n; needs a JDK)
	$(Q)command -v javac >/dev/null || { echo 'javac is missing: apt-get install default-jdk-headless' >&2; exit 1; }
	$(Q)$(SUBMAKE) VARIANT=release build benches
	$(Q)BUILD='$(BUILD)' OUT='$(BUILD)/release' PORT_BASE=$(PORT_BASE) tools/bench tests/bench/peers

bench-growth: ## how the ledger's cost grows with tasks and partitions; a picture in build/bench/growth.svg (needs gnuplot)
	$(Q)command -v gnuplot >/dev/null || { echo 'gnuplot is missing: apt-get install gnuplot-nox' >&2; exit 1; }
	$(Q)$(SUBMAKE) VARIANT=release benches
	$(Q)BUILD='$(BUILD)' OUT='$(BUILD)/release' tools/bench tests/bench/growth

benches: $(BENCHES)

chaos: ## inject faults into brokers and programs under load, check from outside (FAULTS=n NODES=1|3 SEED=n)
	$(Q)$(SUBMAKE) VARIANT=release build chaos-tools
	$(Q)BUILD='$(BUILD)' BIN='$(BUILD)/release/bin' PORT_BASE=$(PORT_BASE) FAULTS='$(FAULTS)' NODES='$(NODES)' SEED='$(SEED)' tools/chaos

chaos-tools: $(CHAOS_TOOLS)

# For editors and clang-tidy; without those of gcc's flags that clang does not know.
.PHONY: compile_commands.json
compile_commands.json: $(BUILD)/compile_commands.json

$(BUILD)/compile_commands.json: Makefile $(filter %.c,$(SOURCES)) | $(PB_HEADERS)
	$(call say,JSON,$@)
	$(Q){ $(foreach s,$(filter %.c,$(SOURCES)),echo '{"directory":"$(CURDIR)","file":"$(s)","command":"cc $(CPPFLAGS) $(CPPFLAGS_$(firstword $(subst /, ,$(s)))) -std=c11 -Wall -Wextra -c $(s)"}';) } | jq -s . >$@

docs: ## write the tables of ARCHITECTURE.md anew from the code
	$(Q)$(SUBMAKE) VARIANT=asan OUT=$(BUILD)/asan $(BUILD)/asan/tests/unit/wire/test_architecture
	$(Q)UPDATE=1 $(BUILD)/asan/tests/unit/wire/test_architecture >/dev/null

clean: ## remove build/
	rm -rf $(BUILD)

-include $(shell find $(OUT)/obj -name '*.d' 2>/dev/null) $(wildcard $(HEADER_DEPS))
