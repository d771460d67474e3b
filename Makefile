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

CC           ?= gcc
PKG_CONFIG   ?= pkg-config
PROTOC       ?= protoc
CLANG_FORMAT ?= clang-format

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

PACKAGES := rdkafka libevent libevent_pthreads libprotobuf-c jansson libfyaml inih libcrypto libcurl libsystemd smartcols ncursesw
CPPFLAGS += -D_GNU_SOURCE -Icommon -isystem $(GEN) $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null)
CFLAGS   := -std=c11 $(WARNINGS) $(HARDENING) $(FLAGS_$(VARIANT))
LDFLAGS  += -pie -Wl,-z,relro,-z,now $(filter -fsanitize%,$(FLAGS_$(VARIANT)))
LDLIBS   := $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null) -lunistring -lpthread

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

# --- generated code: protobuf-c, warnings off, included as a system header ----------------------------------
PROTOS      := $(sort $(wildcard proto/duban/v1/*.proto))
PB_HEADERS  := $(PROTOS:proto/%.proto=$(GEN)/%.pb-c.h)
PB_SOURCES  := $(PROTOS:proto/%.proto=$(GEN)/%.pb-c.c)
PB_OBJECTS  := $(PROTOS:proto/%.proto=$(OUT)/gen/%.pb-c.o)

$(GEN)/%.pb-c.c $(GEN)/%.pb-c.h &: proto/%.proto $(PROTOS)
	$(call say,PROTO,$<)
	$(Q)mkdir -p $(@D) && $(PROTOC) -Iproto --c_out=$(GEN) $<

$(OUT)/gen/%.pb-c.o: $(GEN)/%.pb-c.c
	$(Q)mkdir -p $(@D) && $(CC) -std=c11 -w $(HARDENING) $(FLAGS_$(VARIANT)) -isystem $(GEN) -c $< -o $@

# --- objects -----------------------------------------------------------------------------------------------
# -MD, not -MMD: the layer check reads these files and must see system headers too.
$(OUT)/obj/%.o: %.c Makefile | $(PB_HEADERS)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(CPPFLAGS) $(CPPFLAGS_$(firstword $(subst /, ,$<))) $(CFLAGS) -MD -MP -c $< -o $@

CPPFLAGS_tests := -Itests/support $(SERVICES:%=-iquote services/%) -Iservices

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

lib_path = $(patsubst %,$(OUT)/lib/lib%.a,$(1))
COMMON_LIBS := $(call lib_path,service runtime wire domain base)

# --- programs ------------------------------------------------------------------------------------------------
PROGRAMS := $(SERVICES:%=$(OUT)/bin/%)

define program_rule
$(OUT)/bin/$(1): $(OUT)/obj/services/$(1)/main.o $(OUT)/lib/libservice-$(1).a $(COMMON_LIBS)
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
LINK_DEFAULT := $(SERVICES:%=service-%) service runtime wire domain base

TEST_SOURCES := $(sort $(wildcard tests/unit/*/test_*.c tests/integration/test_*.c))
TESTS        := $(TEST_SOURCES:tests/%.c=$(OUT)/tests/%)
UNIT_TESTS   := $(filter $(OUT)/tests/unit/%,$(TESTS))

define test_rule
$(OUT)/tests/$(1): $(OUT)/obj/tests/$(1).o $(OUT)/lib/libsupport.a $(call lib_path,$(or $(LINK_$(2)),$(LINK_DEFAULT)))
	$$(call say,LD,$$@)
	$$(Q)mkdir -p $$(@D) && $$(CC) $$(LDFLAGS) $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group -lcmocka $$(LDLIBS) -o $$@
endef
$(foreach t,$(TEST_SOURCES:tests/%.c=%),$(eval $(call test_rule,$(t),$(lastword $(subst /, ,$(dir $(t)))))))

# --- what people call ------------------------------------------------------------------------------------------
.PHONY: help build libs tests unit clean
help: ## show this list
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

build: $(PROGRAMS) ## build all programs into build/release/bin

libs: $(LIBS)

tests: $(TESTS)

unit: ## build and run the unit tests (ASan + UBSan)
	$(Q)$(MAKE) --no-print-directory VARIANT=asan unit-run

.PHONY: unit-run
unit-run: $(UNIT_TESTS)
	$(Q)for t in $(UNIT_TESTS); do echo "== $$t"; $$t || exit 1; done

clean: ## remove build/
	rm -rf $(BUILD)

-include $(shell find $(OUT)/obj -name '*.d' 2>/dev/null)
