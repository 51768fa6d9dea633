# deepsvdd: build, test, install. `make quickstart` and `make check` set the machine up themselves.
CC ?= cc
AR ?= ar
CFLAGS ?= -O3 -g
PREFIX ?= /usr/local
DESTDIR ?=
BUILD ?= build

MODULES = openblas libcjson zlib
PKG_CONFIG ?= pkg-config
WARNINGS = -Wall -Wextra -Wshadow -Wconversion -Wvla -Wstrict-prototypes -Wmissing-prototypes
override CFLAGS += -std=gnu11 $(WARNINGS) -fno-math-errno -pthread
override CPPFLAGS += -Isrc -Iinclude -D_GNU_SOURCE $(shell $(PKG_CONFIG) --cflags $(MODULES))
override LDLIBS += $(shell $(PKG_CONFIG) --libs $(MODULES)) -lm -pthread

# Kernels: src/nn/kernels/lanes/ is compiled for each instruction set and for the portable set "blas",
# direct/ for the instruction sets only; which set runs is decided when the program starts.
ARCH := $(shell $(CC) -dumpmachine)
ifneq (,$(findstring x86_64,$(ARCH)))
SIMD = avx512 avx2
endif
FLAGS_avx512 = -mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma -mprefer-vector-width=512
FLAGS_avx2 = -mavx2 -mfma

KERNELS = src/nn/kernels
SOURCES := $(shell find src -name '*.c' -not -path 'src/cli/main.c' \
	-not -path '$(KERNELS)/lanes/*' -not -path '$(KERNELS)/direct/*')
LANES_SOURCES := $(wildcard $(KERNELS)/lanes/*.c)
DIRECT_SOURCES := $(wildcard $(KERNELS)/direct/*.c)
OBJECTS = $(SOURCES:%.c=$(BUILD)/%.o) $(LANES_SOURCES:%.c=$(BUILD)/%.blas.o) \
	$(foreach isa,$(SIMD),$(LANES_SOURCES:%.c=$(BUILD)/%.$(isa).o) \
		$(DIRECT_SOURCES:%.c=$(BUILD)/%.$(isa).o))
LIBRARY = $(BUILD)/libdeepsvdd.a
UNIT_SOURCES := $(shell find tests/unit -name 'test_*.c')
UNIT_TESTS = $(UNIT_SOURCES:%.c=$(BUILD)/%)

all: $(BUILD)/deepsvdd

$(BUILD)/deepsvdd: $(BUILD)/src/cli/main.o $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(LIBRARY): $(OBJECTS)
	rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

define simd_rule
$$(BUILD)/$(KERNELS)/%.$(1).o: $(KERNELS)/%.c
	@mkdir -p $$(@D)
	$$(CC) $$(CPPFLAGS) -DSIMD=$(1) -DSIMD_$(1) $$(CFLAGS) $$(FLAGS_$(1)) -MMD -MP -c -o $$@ $$<
endef
$(foreach isa,$(SIMD) blas,$(eval $(call simd_rule,$(isa))))
$(BUILD)/$(KERNELS)/blas/%.o: override CPPFLAGS += -DSIMD=blas -DSIMD_blas

$(BUILD)/tests/%: $(BUILD)/tests/%.o $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

unit: $(UNIT_TESTS)
	@for t in $(UNIT_TESTS); do $$t || exit 1; done

clean:
	rm -rf $(BUILD)

.PHONY: all unit clean
.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
