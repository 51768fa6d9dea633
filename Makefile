# deepsvdd: build, test, install. `make help` lists the targets; `make quickstart` and `make check`
# set the machine up themselves.

CFLAGS ?= -O3 -g
PREFIX ?= /usr/local
DESTDIR ?=
BUILD ?= build
PKG_CONFIG ?= pkg-config

# What a target of these does needs no compiler yet: quickstart and check first call scripts/setup.sh
# and then make again.
SETUP_FREE = help quickstart check clean uninstall format lint-format lint-shell
MODULES = openblas libcjson libpng zlib
WARNINGS = -Wall -Wextra -Wshadow -Wconversion -Wvla -Wstrict-prototypes -Wmissing-prototypes

ifneq (,$(filter-out $(SETUP_FREE),$(or $(MAKECMDGOALS),all)))
ARCH := $(shell $(CC) -dumpmachine)
ifeq (,$(ARCH))
$(error The compiler "$(CC)" does not run: run scripts/setup.sh)
endif
ifeq (,$(shell command -v $(PKG_CONFIG)))
$(error $(PKG_CONFIG) is missing: run scripts/setup.sh)
endif
MISSING := $(shell for m in $(MODULES); do $(PKG_CONFIG) --exists $$m || echo $$m; done)
ifneq (,$(MISSING))
$(error pkg-config does not find: $(MISSING). Run scripts/setup.sh)
endif
MODULE_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(MODULES))
MODULE_LIBS := $(shell $(PKG_CONFIG) --libs $(MODULES))
COMPILER := $(shell $(CC) --version | head -n 1)
endif

ALL_CPPFLAGS = -Isrc -Iinclude -D_GNU_SOURCE $(MODULE_CFLAGS) $(CPPFLAGS)
BASE_CFLAGS = -std=gnu11 $(WARNINGS) -fno-math-errno -pthread
ALL_CFLAGS = $(BASE_CFLAGS) $(CFLAGS)
ALL_LDLIBS = $(LDLIBS) $(MODULE_LIBS) -lm -pthread
CMOCKA_LIBS = $(shell $(PKG_CONFIG) --libs cmocka 2>/dev/null || echo -lcmocka)

# Kernels: src/nn/kernels/lanes/ is compiled for each instruction set and for the portable set "blas",
# direct/ for the instruction sets only; which set runs is decided when the program starts.
ifneq (,$(findstring x86_64,$(ARCH)))
SIMD = avx512 avx2
endif
FLAGS_avx512 = -mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma -mprefer-vector-width=512
FLAGS_avx2 = -mavx2 -mfma

KERNELS = src/nn/kernels
LANES_SOURCES := $(wildcard $(KERNELS)/lanes/*.c)
DIRECT_SOURCES := $(wildcard $(KERNELS)/direct/*.c)
SOURCES := $(shell find src -name '*.c' -not -path 'src/cli/main.c' \
	-not -path '$(KERNELS)/lanes/*' -not -path '$(KERNELS)/direct/*' | sort)
# A file of tests/unit/ that is not named test_*.c is shared by the test programs.
UNIT_SOURCES := $(shell find tests/unit -name '*.c' 2>/dev/null | sort)
UNIT_SHARED := $(foreach f,$(UNIT_SOURCES),$(if $(filter test_%,$(notdir $f)),,$f))
BENCH_SOURCES := $(wildcard bench/*.c)
FUZZ_SOURCES := $(wildcard tests/fuzz/fuzz_*.c)
SCRIPTS = $(wildcard scripts/*.sh experiments/*.sh experiments/slurm/*.sh \
	experiments/slurm/*.sbatch bench/*.sh tests/*.sh tests/fuzz/*.sh \
	$(addprefix tests/cli/*.,sh bash bats)) .ci/run

# What numbers may depend on: the sources of all that computes, the compiler and its flags. Checkpoints
# and pretrained autoencoders of another revision are not gone on with (src/run/revision.h).
REVISION_FOLDERS = base data metrics nn train svdd config model run
REVISION_SOURCES := $(sort $(shell find $(REVISION_FOLDERS:%=src/%) -name '*.[ch]'))
REVISION = $(shell { cat $(REVISION_SOURCES); \
	echo '$(COMPILER) $(subst ','\'',$(ALL_CFLAGS) | $(KERNEL_CFLAGS) | $(CPPFLAGS) | $(SIMD) | \
	$(FLAGS_avx512) | $(FLAGS_avx2))'; } | sha256sum | cut -c 1-16)

MAIN = $(BUILD)/src/cli/main.o
LIBRARY_OBJECTS = $(SOURCES:%.c=$(BUILD)/%.o) $(LANES_SOURCES:%.c=$(BUILD)/%.blas.o) \
	$(foreach isa,$(SIMD),$(LANES_SOURCES:%.c=$(BUILD)/%.$(isa).o) \
		$(DIRECT_SOURCES:%.c=$(BUILD)/%.$(isa).o))
UNIT_SHARED_OBJECTS = $(UNIT_SHARED:%.c=$(BUILD)/%.o)
LIBRARY = $(BUILD)/libdeepsvdd.a
UNIT_TESTS = $(patsubst %.c,$(BUILD)/%,$(filter-out $(UNIT_SHARED),$(UNIT_SOURCES)))
FUZZ_OBJECTS = $(FUZZ_SOURCES:%.c=$(BUILD)/%.o)
OBJECTS = $(MAIN) $(LIBRARY_OBJECTS) $(UNIT_SOURCES:%.c=$(BUILD)/%.o) \
	$(BENCH_SOURCES:%.c=$(BUILD)/%.o) $(FUZZ_OBJECTS)
HEADERS = $(wildcard include/*.h) $(shell find src tests bench -name '*.h')
ALL_SOURCES = src/cli/main.c $(SOURCES) $(LANES_SOURCES) $(DIRECT_SOURCES) $(UNIT_SOURCES) \
	$(BENCH_SOURCES) $(FUZZ_SOURCES)

all: $(BUILD)/deepsvdd

help:
	@echo "make quickstart   set the machine up, build, get MNIST, train one model, print its AUC"
	@echo "make check        set the machine up, build, run all tests"
	@echo "make              build $(BUILD)/deepsvdd"
	@echo "make unit         run the unit tests alone"
	@echo "make check-tsan   run the unit tests with threads under ThreadSanitizer, in $(BUILD)/tsan"
	@echo "make fuzz         fuzz every file reader for FUZZ_SECONDS (60) each; FUZZ_TARGETS=\"idx tar\" chooses"
	@echo "make bench        measure speed (bench/bench.sh)"
	@echo "make install      into \$$(DESTDIR)\$$(PREFIX), PREFIX = $(PREFIX)"
	@echo "make uninstall    take that away again"
	@echo "make format       lay the C files out with clang-format"
	@echo "make lint         clang-format, cppcheck, clang-tidy and shellcheck, changing nothing"
	@echo "make everything   compile all there is: program, tests, fuzz targets, benchmark"
	@echo "make clean        remove $(BUILD)"
	@echo "Variables: V=1 (print the commands), CC, CFLAGS, CPPFLAGS, LDFLAGS, BUILD (output directory), PREFIX, DESTDIR."

# ---- building

# $(call stamp,TEXT) writes TEXT to the target unless it says so already: what depends on it is made
# again when the text has changed.
stamp = @mkdir -p $(@D); printf '%s\n' '$(subst ','\'',$(1))' | cmp -s - $@ || \
	printf '%s\n' '$(subst ','\'',$(1))' >$@

$(BUILD)/flags: FORCE
	$(call stamp,$(CC) $(COMPILER) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(LDFLAGS) $(ALL_LDLIBS))

print-revision:
	@echo $(REVISION)

$(BUILD)/revision: FORCE
	$(call stamp,$(REVISION))

$(BUILD)/src/run/revision.o: $(BUILD)/revision
$(BUILD)/src/run/revision.o: OBJECT_CPPFLAGS = -DDEEPSVDD_REVISION='"$(REVISION)"'

$(BUILD)/objects: FORCE
	$(call stamp,$(LIBRARY_OBJECTS))

# One short line a command; the command itself with `make V=1`, nothing with `make -s`.
ifeq (,$(V))
quiet = $(findstring s,$(filter-out --%,$(firstword -$(MAKEFLAGS))))
brief = @$(if $(quiet),,printf '  %-5s %s\n' $(1) $@;)
endif

$(BUILD)/deepsvdd: $(MAIN) $(LIBRARY)
	$(call brief,LINK)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(ALL_LDLIBS)

$(LIBRARY): $(LIBRARY_OBJECTS) $(BUILD)/objects
	$(call brief,AR)rm -f $@ && $(AR) rcs $@ $(LIBRARY_OBJECTS)

COMPILE = $(CC) $(ALL_CPPFLAGS) $(OBJECT_CPPFLAGS) $(ALL_CFLAGS)
COMPILE_KERNEL = $(CC) $(ALL_CPPFLAGS) $(OBJECT_CPPFLAGS) $(BASE_CFLAGS) $(KERNEL_CFLAGS)
$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call brief,CC)$(COMPILE) -MMD -MP -c -o $@ $<

# What kernels are compiled with instead of CFLAGS: with sanitizers they take minutes.
KERNEL_CFLAGS = $(CFLAGS)
define kernel_rule
$$(BUILD)/$(KERNELS)/%.$(1).o: $(KERNELS)/%.c $$(BUILD)/flags
	@mkdir -p $$(@D)
	$$(call brief,CC)$$(COMPILE_KERNEL) -DSIMD=$(1) -DSIMD_$(1) $$(FLAGS_$(1)) -MMD -MP -c -o $$@ $$<
endef
$(foreach set,$(SIMD) blas,$(eval $(call kernel_rule,$(set))))
$(BUILD)/$(KERNELS)/blas/%.o: OBJECT_CPPFLAGS = -DSIMD=blas -DSIMD_blas
$(BUILD)/tests/%.o: OBJECT_CPPFLAGS = -Itests/unit

$(UNIT_TESTS): %: %.o $(UNIT_SHARED_OBJECTS) $(LIBRARY)
	$(call brief,LINK)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(ALL_LDLIBS) $(CMOCKA_LIBS)

$(BUILD)/bench/bench: $(BENCH_SOURCES:%.c=$(BUILD)/%.o) $(LIBRARY)
	$(call brief,LINK)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(ALL_LDLIBS)

$(FUZZ_OBJECTS:.o=): %: %.o $(LIBRARY)
	$(call brief,LINK)$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer $(LDFLAGS) -o $@ $^ $(ALL_LDLIBS)

# ---- running

# All cores, unless make was given a number of jobs of its own.
JOBS = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc 2>/dev/null || echo 2))
AGAIN = $(MAKE) --no-print-directory

quickstart:
	@scripts/setup.sh --data
	@$(AGAIN) $(JOBS) all
	@DEEPSVDD="$(abspath $(BUILD))/deepsvdd" scripts/quickstart.sh

check:
	@scripts/setup.sh --tests
	@$(AGAIN) $(JOBS) check-build
	@$(AGAIN) check-run

check-build: $(BUILD)/deepsvdd $(UNIT_TESTS)

# Everything there is to compile.
everything: check-build $(BUILD)/bench/bench $(FUZZ_OBJECTS)

check-run: check-build
	@DEEPSVDD="$(abspath $(BUILD))/deepsvdd" tests/run.sh $(UNIT_TESTS) $(wildcard tests/cli/*.bats)

unit: $(UNIT_TESTS)
	@tests/run.sh $(UNIT_TESTS)

# The unit tests of these folders that have threads: a program without them has no races to find.
# OpenBLAS is not compiled for the sanitizer, and its own threads would look like races; as in the
# program itself, it has one.
TSAN_FOLDERS = base nn model
TSAN_SOURCES = $(if $(UNIT_SOURCES),$(shell grep -lE 'thread_pool|pthread' /dev/null \
	$(foreach d,$(TSAN_FOLDERS),$(filter tests/unit/$d/test_%,$(UNIT_SOURCES)))))
TSAN_TESTS = $(TSAN_SOURCES:%.c=$(BUILD)/tsan/%)

check-tsan:
	@$(AGAIN) $(JOBS) $(TSAN_TESTS) BUILD="$(BUILD)/tsan" CFLAGS="-O2 -g -fsanitize=thread"
	@OPENBLAS_NUM_THREADS=1 tests/run.sh $(TSAN_TESTS)

bench: $(BUILD)/deepsvdd $(BUILD)/bench/bench
	BUILD="$(BUILD)" bench/bench.sh

# Programs, seeds, corpora and findings are in $(BUILD)/fuzz.
FUZZ_SECONDS ?= 60
FUZZ_ALL = $(FUZZ_SOURCES:tests/fuzz/fuzz_%.c=%)
FUZZ_TARGETS ?= $(FUZZ_ALL)
FUZZ_UNKNOWN = $(filter-out $(FUZZ_ALL),$(FUZZ_TARGETS))
FUZZ_CC ?= clang
FUZZ_CFLAGS = -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all \
	-fsanitize=fuzzer-no-link,address,undefined,float-cast-overflow

fuzz:
	@$(if $(FUZZ_UNKNOWN),echo "no fuzz target $(FUZZ_UNKNOWN): there are $(FUZZ_ALL)" >&2; exit 2)
	@command -v $(FUZZ_CC) >/dev/null || { echo "clang is missing: run scripts/setup.sh --ci"; exit 1; }
	@$(AGAIN) $(JOBS) fuzz-build BUILD="$(BUILD)/fuzz" CC="$(FUZZ_CC)" CFLAGS="$(FUZZ_CFLAGS)" \
		KERNEL_CFLAGS="-O1 -g"
	@tests/fuzz/run.sh "$(BUILD)/fuzz" "$(FUZZ_SECONDS)" $(FUZZ_TARGETS)

fuzz-build: $(FUZZ_TARGETS:%=$(BUILD)/tests/fuzz/fuzz_%)

# ---- installing

BINDIR = $(DESTDIR)$(PREFIX)/bin
INCLUDEDIR = $(DESTDIR)$(PREFIX)/include
MANDIR = $(DESTDIR)$(PREFIX)/share/man/man1
MAN_PAGES = $(wildcard man/*.1)

install: $(BUILD)/deepsvdd
	install -d "$(BINDIR)" "$(INCLUDEDIR)"$(if $(MAN_PAGES), "$(MANDIR)")
	install -m 755 $(BUILD)/deepsvdd "$(BINDIR)/deepsvdd"
	install -m 644 include/deepsvdd.h "$(INCLUDEDIR)/deepsvdd.h"
	$(if $(MAN_PAGES),install -m 644 $(MAN_PAGES) "$(MANDIR)")

uninstall:
	rm -f "$(BINDIR)/deepsvdd" "$(INCLUDEDIR)/deepsvdd.h"$(MAN_PAGES:man/%= "$(MANDIR)/%")

clean:
	rm -rf $(BUILD)

# ---- style and static checks; what they need: scripts/setup.sh --ci

format:
	clang-format -i $(wildcard $(ALL_SOURCES)) $(HEADERS)

lint: lint-format lint-cppcheck lint-tidy lint-shell

lint-format:
	clang-format --dry-run -Werror $(wildcard $(ALL_SOURCES)) $(HEADERS)

lint-cppcheck:
	cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr --suppress=missingIncludeSystem \
		--enable=warning,performance,portability -j2 -D__x86_64__ -DSIMD=avx2 -DSIMD_avx2 \
		-DDEEPSVDD_REVISION='"lint"' -Isrc -Iinclude src

# One process a file, so that they run side by side; kernels are read as compiled for AVX2, those of
# blas/ as the portable set.
TIDY = $(wildcard src/cli/main.c) $(SOURCES) $(if $(SIMD),$(LANES_SOURCES) $(DIRECT_SOURCES))
lint-tidy:
	@command -v clang-tidy >/dev/null || { echo "clang-tidy is missing: run scripts/setup.sh --ci"; exit 1; }
	@printf '%s\n' $(TIDY) | xargs -P 2 -I{} sh -c 'case {} in \
		*/kernels/blas/*) set="-DSIMD=blas -DSIMD_blas";; \
		*/kernels/*/*) set="-DSIMD=avx2 -DSIMD_avx2 $(FLAGS_avx2)";; \
		*) set=;; esac; \
		clang-tidy --quiet --warnings-as-errors="*" {} -- $(ALL_CPPFLAGS) -std=gnu11 \
			-DDEEPSVDD_REVISION=\"lint\" $$set 2>/dev/null'

lint-shell:
	shellcheck $(SCRIPTS)

.PHONY: all help print-revision quickstart check check-build check-run check-tsan everything unit bench fuzz fuzz-build \
	install uninstall clean format lint lint-format lint-cppcheck lint-tidy lint-shell FORCE
.SECONDARY:
.DELETE_ON_ERROR:
.DEFAULT_GOAL = all
-include $(OBJECTS:.o=.d)
