# ses: Amazon SES v2 for Lua, on a C core.
#
#   make            build everything into build/
#   make demo       a campaign to 1,000 people, from a CSV file to an inbox on this machine
#   make test       every spec under Lua 5.4 and under LuaJIT, and the C tests
#   make help       all targets

PREFIX ?= /usr/local
DESTDIR ?=
CC ?= cc
B := build

comma := ,

# One job a processor, where the caller did not say.
ifeq ($(MAKELEVEL)$(filter -j% --jobs%,$(MAKEFLAGS)),0)
MAKEFLAGS += --jobs=$(shell nproc 2>/dev/null || echo 1)
endif

# `make V=1` shows the commands themselves.
say = $(if $(V),,@echo "  $(1) $@";)

# A pattern rule's shell must not go on after a failed command in a pipe.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
HARDENING := -fPIC -fvisibility=hidden -fstack-protector-strong -D_FORTIFY_SOURCE=2 -Wformat -Wformat-security
CFLAGS ?= -O2 -g
OUR_CFLAGS := -std=c11 -Iinclude $(WARNINGS) $(HARDENING) -MMD -MP
LDFLAGS ?=
# Never unloaded: libcurl keeps the allocator that the core gave it (ses/transport.h).
OUR_LDFLAGS := -Wl,-z,relro -Wl,-z,now -Wl,-z,nodelete
# A module in C has a core of its own, whatever libses.so the program brings along.
MODULE_LDFLAGS := $(OUR_LDFLAGS) -Wl,--exclude-libs,libses.a
CORE_LIBS := -lbearssl -lcurl -lidn2 -lm

LUA54_CFLAGS = $(shell pkg-config --cflags lua5.4)
LUA54_LIBS = $(shell pkg-config --libs lua5.4)
LUAJIT_CFLAGS = $(shell pkg-config --cflags luajit)
LUA54 := lua5.4
LUAJIT := luajit

LIBRARIES := libses libses-lua

CORE_SRC := $(wildcard src/core/*.c)
BINDING_SRC := $(wildcard src/binding/*.c)
RUNTIME_SRC := $(wildcard src/runtime/*.c)
LUA_SRC := $(shell find lua/ses -name '*.lua' 2>/dev/null)
C_TESTS := $(patsubst spec/c/%_test.c,$(B)/test/%,$(wildcard spec/c/*_test.c))
# What measurements use: a server that answers as SES does, and a clock for processes.
COMPARED := $(patsubst bench/compare/clients/%.c,$(B)/bench/%,$(wildcard bench/compare/clients/*.c))
BENCH := $(patsubst bench/campaign/%.c,$(B)/bench/%,$(wildcard bench/campaign/*.c))
FUZZERS := $(patsubst fuzz/%.c,%,$(filter-out fuzz/replay.c,$(wildcard fuzz/*.c)))

CORE_OBJ := $(CORE_SRC:src/%.c=$(B)/obj/%.o)
BINDING54_OBJ := $(BINDING_SRC:src/binding/%.c=$(B)/obj/binding5.4/%.o)
BINDINGJIT_OBJ := $(BINDING_SRC:src/binding/%.c=$(B)/obj/bindingjit/%.o)
# The library for hosts of Lua 5.4, and what only the `ses` program has besides.
LIBSES_LUA_OBJ := $(B)/obj/runtime/preload.o $(B)/obj/gen/modules.o $(BINDING54_OBJ)
PROGRAM_OBJ := $(filter-out $(B)/obj/runtime/preload.o,$(RUNTIME_SRC:src/%.c=$(B)/obj/%.o))
# The C tests run on a core of their own, built with the sanitizers.
ASAN_OBJ := $(CORE_SRC:src/%.c=$(B)/asan/%.o)
ASAN_FLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

.PHONY: all help
all: deps-build
	@$(MAKE) --no-print-directory build-all

.PHONY: build-all
build-all: $(LIBRARIES:%=$(B)/%.a) $(LIBRARIES:%=$(B)/%.so) $(B)/lua5.4/ses/core.so \
	$(B)/luajit/ses/core.so $(B)/ses

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

DEPS := build demo demo-nginx test lint valgrind rocks deb deb-check fuzz docs screenshots pages bench bench-nginx
.PHONY: $(DEPS:%=deps-%)
$(DEPS:%=deps-%): deps-%:
	@tools/deps.sh build $*

$(B)/obj/core/%.o: src/core/%.c
	@mkdir -p $(@D)
	$(call say,CC )$(CC) $(OUR_CFLAGS) $(CFLAGS) -c $< -o $@

$(B)/obj/binding5.4/%.o: src/binding/%.c
	@mkdir -p $(@D)
	$(call say,CC )$(CC) $(OUR_CFLAGS) $(LUA54_CFLAGS) $(CFLAGS) -c $< -o $@

$(B)/obj/bindingjit/%.o: src/binding/%.c
	@mkdir -p $(@D)
	$(call say,CC )$(CC) $(OUR_CFLAGS) $(LUAJIT_CFLAGS) $(CFLAGS) -c $< -o $@

$(B)/obj/runtime/%.o: src/runtime/%.c
	@mkdir -p $(@D)
	$(call say,CC )$(CC) $(OUR_CFLAGS) $(LUA54_CFLAGS) $(CFLAGS) -c $< -o $@

$(B)/libses.a: $(CORE_OBJ)
	@rm -f $@
	$(call say,AR )$(AR) rcs $@ $^

$(B)/libses.so: $(CORE_OBJ) src/core/libses.map
	$(call say,CC )$(CC) -shared -Wl,-soname,libses.so.0 -Wl,--version-script=src/core/libses.map $(OUR_LDFLAGS) \
		$(LDFLAGS) $(CORE_OBJ) -o $@ $(CORE_LIBS)

$(B)/lua5.4/ses/core.so: $(BINDING54_OBJ) $(B)/libses.a
	@mkdir -p $(@D)
	$(call say,CC )$(CC) -shared $(MODULE_LDFLAGS) $(LDFLAGS) $^ -o $@ $(CORE_LIBS)

$(B)/luajit/ses/core.so: $(BINDINGJIT_OBJ) $(B)/libses.a
	@mkdir -p $(@D)
	$(call say,CC )$(CC) -shared $(MODULE_LDFLAGS) $(LDFLAGS) $^ -o $@ $(CORE_LIBS)

# Changes only where a Lua file was added or removed.
$(B)/gen/modules.list: FORCE
	@mkdir -p $(@D)
	@echo '$(sort $(LUA_SRC))' | cmp -s - $@ || echo '$(sort $(LUA_SRC))' > $@

.PHONY: FORCE
FORCE:

# Every Lua module as C data, so that the executable needs no files of its own.
$(B)/gen/modules.c: tools/embed.lua $(B)/gen/modules.list $(LUA_SRC)
	@mkdir -p $(@D)
	$(call say,GEN)$(LUA54) tools/embed.lua $@ $(LUA_SRC)

$(B)/obj/gen/modules.o: $(B)/gen/modules.c
	@mkdir -p $(@D)
	$(call say,CC )$(CC) -std=c11 -Iinclude -Isrc -fPIC $(CFLAGS) -c $< -o $@

$(B)/libses-lua.a: $(LIBSES_LUA_OBJ)
	@rm -f $@
	$(call say,AR )$(AR) rcs $@ $^

$(B)/libses-lua.so: $(LIBSES_LUA_OBJ) src/runtime/libses-lua.map $(B)/libses.so
	$(call say,CC )$(CC) -shared -Wl,-soname,libses-lua.so.0 -Wl,--version-script=src/runtime/libses-lua.map \
		$(OUR_LDFLAGS) -Wl,-z,defs $(LDFLAGS) $(LIBSES_LUA_OBJ) -o $@ $(B)/libses.so $(LUA54_LIBS)

$(B)/ses: $(PROGRAM_OBJ) $(B)/libses-lua.a $(B)/libses.a
	$(call say,CC )$(CC) -pie $(OUR_LDFLAGS) $(LDFLAGS) $^ -o $@ $(LUA54_LIBS) $(CORE_LIBS)

$(B)/asan/%.o: src/%.c
	@mkdir -p $(@D)
	$(call say,CC )$(CC) $(OUR_CFLAGS) -O1 -g -U_FORTIFY_SOURCE $(ASAN_FLAGS) -c $< -o $@

$(B)/libses-asan.a: $(ASAN_OBJ)
	@rm -f $@
	$(call say,AR )$(AR) rcs $@ $^

# The C tests that let the core's memory run out (spec/c/failing_memory.h).
FAILING_MEMORY := credentials_memory
$(FAILING_MEMORY:%=$(B)/test/%) $(FAILING_MEMORY:%=$(B)/valgrind/%): TEST_LDFLAGS := \
	$(foreach f,malloc calloc realloc free mmap munmap,-Wl,--wrap=$(f))

$(B)/test/%: spec/c/%_test.c spec/c/check.h $(B)/libses-asan.a
	@mkdir -p $(@D)
	$(call say,CC )$(CC) $(OUR_CFLAGS) -O1 -g -U_FORTIFY_SOURCE $(ASAN_FLAGS) $(TEST_LDFLAGS) $< $(B)/libses-asan.a -o $@ $(CORE_LIBS) -lpthread

## make demo        a campaign to 1,000 people, into an inbox on this machine (KEEP=1 leaves it open)
.PHONY: demo
demo: deps-demo
	@$(MAKE) --no-print-directory build-all
	@KEEP=$(KEEP) tools/demo.sh

## make demo-nginx  examples/nginx at work: a mail through an nginx on this machine, inbox, metrics, health (KEEP=1)
.PHONY: demo-nginx
demo-nginx: deps-demo-nginx
	@$(MAKE) --no-print-directory build-all
	@KEEP=$(KEEP) tools/demo_nginx.sh

## make screenshots the pictures in docs/images, from the programs' true output; more of the pages into build/pages
.PHONY: screenshots
screenshots: deps-screenshots
	@$(MAKE) --no-print-directory build-all
	@tools/screenshots.sh
	@$(B)/ses tools/page_pictures.lua $(B)/pages

## make pages       the inbox and a campaign's report in a browser: keys, contrast, names, narrow and dark; pictures of
##                  them into build/pages
.PHONY: pages
pages: deps-pages
	@$(MAKE) --no-print-directory build-all
	@tools/spec.sh $(LUA54) -o gtest --pattern=_browser spec/emulator spec/campaign
	@$(B)/ses tools/page_pictures.lua $(B)/pages

## make test        every spec under Lua 5.4 and LuaJIT, and the C tests under ASan and UBSan
.PHONY: test test-binaries
test: deps-test
	@tools/peers.sh
	@tools/prometheus.sh
	@$(MAKE) --no-print-directory test-binaries
	@tools/test.sh

# Each fuzzer once over its corpus, as a C test of its own.
$(B)/test/fuzz_%: fuzz/%.c fuzz/replay.c fuzz/fuzz.h $(B)/libses-asan.a
	@mkdir -p $(@D)
	$(call say,CC )$(CC) $(OUR_CFLAGS) -O1 -g -U_FORTIFY_SOURCE $(ASAN_FLAGS) -DCORPUS='"fuzz/corpus/$*"' $< fuzz/replay.c $(B)/libses-asan.a -o $@ $(CORE_LIBS) -lpthread

test-binaries: build-all $(BENCH) $(COMPARED) $(C_TESTS) $(FUZZERS:%=$(B)/test/fuzz_%) $(B)/tsan/threads

## make spec F=path  one spec file (or folder) under both Luas
.PHONY: spec
spec: build-all
	@tools/spec.sh lua5.4 $(F)
	@tools/spec.sh luajit $(F)

## make e2e         the specs of spec/e2e against a real account, where SES_E2E_… names one (CONTRIBUTING.md)
.PHONY: e2e
e2e:
	@tools/e2e.sh

## make cost        what loading ses costs: time and memory of the client, an operation, the whole model
.PHONY: cost
cost: build-all
	@for lua in $(LUA54) $(LUAJIT); do \
		LUA_PATH="lua/?.lua;lua/?/init.lua;;" LUA_CPATH="$(B)/$$lua/?.so;;" $$lua tools/model_cost.lua; \
	done

## make loop        a campaign of 5,000 whose events come back to it, in the emulator
.PHONY: loop
loop: build-all deps-test
	LOOP_RECIPIENTS=5000 tools/spec.sh luajit spec/campaign/loop_spec.lua

## make simulate    client, bulk, campaign, and a campaign on several machines, in a simulated world: SEEDS=1000
##                  courses of events of both on both Luas; WORK=machines: only those, WORK=steering, quiet_hours,
##                  rations, batches or settling: of those one kind; SEED=n: all that happens in one
.PHONY: simulate
simulate: deps-test
	@$(MAKE) --no-print-directory build-all
	@SEED=$(SEED) WORK=$(WORK) tools/simulate.sh lua5.4 $(or $(SEEDS),1000) $(FIRST)
	@SEED=$(SEED) WORK=$(WORK) tools/simulate.sh luajit $(or $(SEEDS),1000) $(FIRST) | grep " seeds, "

## make soak        200,000 mails (MAILS=N, SEED=N) while things go wrong, and the inbox against the results
.PHONY: soak
soak: build-all
	@$(B)/ses tools/soak_faults.lua $(or $(MAILS),200000) $(SEED)

## make chaos       20,000 recipients (RECIPIENTS=N, SEED=N), four processes, kill after kill; and the shared rate
.PHONY: chaos
chaos: deps-test
	@$(MAKE) --no-print-directory build-all
	@CHAOS_RECIPIENTS=$(or $(RECIPIENTS),20000) CHAOS_SEED=$(SEED) tools/spec.sh $(LUA54) -o gtest \
		spec/campaign/machines_spec.lua

## make soak-outbox  10,000 mails (MAILS=N, SEED=N) through the outbox of nginx, which is reloaded and its workers killed
.PHONY: soak-outbox
soak-outbox: deps-test
	@$(MAKE) --no-print-directory build-all
	@OUTBOX_MAILS=$(or $(MAILS),10000) OUTBOX_SEED=$(SEED) tools/spec.sh $(LUAJIT) -o gtest spec/nginx/outbox_crash_spec.lua

$(B)/bench/%: bench/campaign/%.c $(B)/libses.a
	@mkdir -p $(@D)
	$(call say,CC )$(CC) $(OUR_CFLAGS) $(CFLAGS) $< $(B)/libses.a -o $@ $(CORE_LIBS)

$(B)/bench/%: bench/compare/clients/%.c $(B)/libses.a
	@mkdir -p $(@D)
	$(call say,CC )$(CC) $(OUR_CFLAGS) $(CFLAGS) $< $(B)/libses.a -o $@ $(CORE_LIBS)

## make bench       ses beside AWS's SDKs, libcurl and the limits of this machine, into bench/results.md (ROUNDS=5;
##                  half an hour)
.PHONY: bench
bench: deps-bench
	@$(MAKE) -s --no-print-directory build-all $(BENCH) $(COMPARED)
	@tools/peers.sh
	@$(B)/ses bench/compare/run.lua bench $(ROUNDS)

## make bench-campaign  time, processor, memory and network of campaigns of 10,000, 100,000 and 1,000,000 recipients
##                  (SIZES=N,N CALLS=own,single,bulk TLS=tls), from a CSV file to a server that answers as SES does
.PHONY: bench-campaign bench-postgres
bench-campaign: deps-test
	@$(MAKE) -s --no-print-directory build-all $(BENCH)
	@$(B)/ses bench/campaign/million.lua $(or $(SIZES),10000$(comma)100000$(comma)1000000) \
		$(or $(CALLS),own$(comma)single$(comma)bulk) $(TLS)

## make bench-postgres  what a recipient costs a PostgreSQL server (RECIPIENTS=100000 PARTS=units,journal,rate,workers,shared)
bench-postgres: deps-test
	@$(MAKE) -s --no-print-directory build-all $(BENCH)
	@$(B)/ses bench/campaign/postgres.lua $(or $(RECIPIENTS),100000) $(PARTS)

## make bench-luajit  a million mails (MAILS=N) through one worker of nginx: mails a second, memory, and what LuaJIT
##                  could not compile
.PHONY: bench-luajit
bench-luajit: deps-test
	@$(MAKE) -s --no-print-directory build-all $(BENCH)
	@$(B)/ses bench/nginx/hot_path.lua $(or $(MAILS),1000000)

## make bench-nginx what the relay of nginx accepts, beside ngx.say (SECONDS=5 a row): requests a second, p50, p99
.PHONY: bench-nginx
bench-nginx: deps-bench-nginx
	@$(MAKE) -s --no-print-directory build-all $(BENCH)
	@$(B)/ses bench/nginx/relay.lua $(or $(SECONDS),5)

## make bench-send  what a send costs in steps of Lua, bytes and instructions, beside its budget
.PHONY: bench-send
bench-send: deps-test
	@$(MAKE) -s --no-print-directory build-all $(BENCH)
	@$(B)/ses bench/send/cost.lua

## make bench-observe  what metrics, log and traces cost a send (MAILS=20000 ROUNDS=7): all, traces of 10 %, none, and
##                  a ses without the lines that ask for them
.PHONY: bench-observe
bench-observe: deps-test
	@$(MAKE) -s --no-print-directory build-all $(BENCH)
	@$(B)/ses bench/observe/overhead.lua $(or $(MAILS),20000) $(or $(ROUNDS),7)

## make bench-template  renders a second (SECONDS=0.5 of processor ROUNDS=5): ses on both Luas beside npm's handlebars
.PHONY: bench-template
bench-template: deps-test
	@$(MAKE) -s --no-print-directory build-all
	@tools/peers.sh
	@$(B)/ses bench/template/run.lua $(or $(SECONDS),0.5) $(or $(ROUNDS),5)

## make soak-csv    a dry run over 1,000,000 rows (ROWS=N), within 40 MB
.PHONY: soak-csv
soak-csv: build-all
	@$(B)/ses tools/soak_csv.lua $(or $(ROWS),1000000)

# The C tests without the sanitizers, which valgrind does not go with.
$(B)/valgrind/%: spec/c/%_test.c spec/c/check.h $(B)/libses.a
	@mkdir -p $(@D)
	$(call say,CC )$(CC) $(OUR_CFLAGS) -O1 -g $(TEST_LDFLAGS) $< $(B)/libses.a -o $@ $(CORE_LIBS) -lpthread

## make valgrind    the C tests and the binding's specs under valgrind (some minutes)
.PHONY: valgrind
valgrind: deps-valgrind
	@$(MAKE) --no-print-directory build-all $(C_TESTS:$(B)/test/%=$(B)/valgrind/%)
	@tools/valgrind.sh

# The threads' test and the core under ThreadSanitizer.
TSAN_OBJ := $(CORE_SRC:src/%.c=$(B)/tsan/%.o)
TSAN_FLAGS := -fsanitize=thread -fno-omit-frame-pointer

$(B)/tsan/%.o: src/%.c
	@mkdir -p $(@D)
	$(call say,CC )$(CC) $(OUR_CFLAGS) -O1 -g -U_FORTIFY_SOURCE $(TSAN_FLAGS) -c $< -o $@

$(B)/tsan/libses.a: $(TSAN_OBJ)
	@rm -f $@
	$(call say,AR )$(AR) rcs $@ $^

$(B)/tsan/threads: spec/c/threads_test.c spec/c/check.h $(B)/tsan/libses.a
	$(call say,CC )$(CC) $(OUR_CFLAGS) -O1 -g -U_FORTIFY_SOURCE $(TSAN_FLAGS) $< $(B)/tsan/libses.a -o $@ $(CORE_LIBS) -lpthread

## make tsan        eight threads on one credential cache, breaker, limiter and signer, under ThreadSanitizer
.PHONY: tsan
tsan: deps-build
	@$(MAKE) --no-print-directory $(B)/tsan/threads
	@tools/tsan.sh

# The fuzzers and the core by clang, which libFuzzer comes with.
FUZZ_CC := clang
FUZZ_FLAGS := -O1 -g -U_FORTIFY_SOURCE -fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_OBJ := $(CORE_SRC:src/%.c=$(B)/fuzz/obj/%.o)

$(B)/fuzz/obj/%.o: src/%.c
	@mkdir -p $(@D)
	$(call say,CC )$(FUZZ_CC) $(OUR_CFLAGS) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -c $< -o $@

$(B)/fuzz/libses.a: $(FUZZ_OBJ)
	@rm -f $@
	$(call say,AR )$(AR) rcs $@ $^

$(B)/fuzz/%: fuzz/%.c fuzz/fuzz.h $(B)/fuzz/libses.a
	$(call say,CC )$(FUZZ_CC) $(OUR_CFLAGS) $(FUZZ_FLAGS) -fsanitize=fuzzer $< $(B)/fuzz/libses.a -o $@ $(CORE_LIBS) -lpthread

## make fuzz        each fuzzer for a minute (FUZZ_SECONDS=N), those in C under the sanitizers (FUZZ_SEED=N: templates)
.PHONY: fuzz
fuzz: deps-fuzz
	@$(MAKE) --no-print-directory build-all $(FUZZERS:%=$(B)/fuzz/%)
	@FUZZ_SECONDS=$(FUZZ_SECONDS) FUZZ_SEED=$(FUZZ_SEED) tools/fuzz.sh

## make docs        the guides and the reference of the API as HTML, into build/docs
.PHONY: docs
docs: deps-docs
	@$(MAKE) --no-print-directory build-all
	@tools/docs.sh $(B)/docs
	@echo "docs: open $(B)/docs/index.html"

## make lint        luacheck, and the C code's formatting
.PHONY: lint
lint: deps-lint
	@luacheck -q lua spec examples tools fuzz types $(wildcard bench)
	@$(MAKE) --no-print-directory -s B=build/lint CFLAGS='-O2 -Werror' build-all
	@find src include spec/c fuzz examples bench -name '*.[ch]' | xargs clang-format --dry-run --Werror
	@echo "lint: clean"

VERSION = $(shell sed -n 's/^\#define SES_VERSION "\(.*\)"/\1/p' include/ses/version.h)
HEADERS := $(wildcard include/ses/*.h)

# Where `make install` puts what, below DESTDIR. LMOD and CMOD are the folders of modules in Lua and in C, of
# Lua 5.4 and of LuaJIT, which looks where Lua 5.1 does.
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
PKGCONFIGDIR ?= $(LIBDIR)/pkgconfig
LUA54_LMOD ?= $(DATADIR)/lua/5.4
LUA54_CMOD ?= $(LIBDIR)/lua/5.4
LUA51_LMOD ?= $(DATADIR)/lua/5.1
LUA51_CMOD ?= $(LIBDIR)/lua/5.1
BASHCOMPDIR ?= $(DATADIR)/bash-completion/completions
ZSHCOMPDIR ?= $(DATADIR)/zsh/site-functions

D := $(DESTDIR)
BASH_COMPLETION := $(D)$(BASHCOMPDIR)/ses
MAN_DIR := $(D)$(MANDIR)/man1
ZSH_COMPLETION := $(D)$(ZSHCOMPDIR)/_ses
# What lua-language-server knows of ses (docs/editors.md).
TYPES := config.json $(patsubst types/%,%,$(wildcard types/library/ses/*.lua types/library/ses/*/*.lua))
TYPES_DIR := $(D)$(DATADIR)/lua-language-server/ses

# The Lua modules below a folder, readable for everybody whatever the umask.
copy_lua = install -d $(1) && (cd lua && cp --parents $(LUA_SRC:lua/%=%) $(abspath $(1))) && \
	find $(1)/ses -type d -exec chmod 755 {} + && find $(1)/ses -type f -exec chmod 644 {} +

# A folder as a .pc file names it, so that the whole tree can be moved (pkg-config --define-prefix).
below_prefix = $(patsubst $(PREFIX)/%,$${prefix}/%,$(1))
make_pc = sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(call below_prefix,$(LIBDIR))|' \
	-e 's|@INCLUDEDIR@|$(call below_prefix,$(INCLUDEDIR))|' -e 's|@VERSION@|$(VERSION)|'

# A page for the program and one for each of its commands.
MAN_PAGES = ses.1 $(shell sed -n 's/^  { name = "\([a-z]*\)", summary = .*/ses-\1.1/p' lua/ses/cli/init.lua)

## make man         the manual pages of ses and its commands, into build/man
.PHONY: man
man: build-all
	@mkdir -p $(B)/man
	@$(B)/ses tools/man.lua $(B)/man

## make install     into PREFIX (/usr/local), below DESTDIR, for Lua 5.4 and for LuaJIT (LIBDIR=path …: a folder alone)
.PHONY: install uninstall
install: build-all man
	@install -d $(D)$(BINDIR) $(D)$(INCLUDEDIR)/ses $(D)$(LIBDIR) $(D)$(PKGCONFIGDIR)
	@install -d $(D)$(LUA54_CMOD)/ses $(D)$(LUA51_CMOD)/ses
	@install -m 755 $(B)/ses $(D)$(BINDIR)/ses
	@install -m 644 $(HEADERS) $(D)$(INCLUDEDIR)/ses/
	@for name in $(LIBRARIES); do \
		install -m 644 $(B)/$$name.a $(D)$(LIBDIR)/$$name.a; \
		install -m 755 $(B)/$$name.so $(D)$(LIBDIR)/$$name.so.$(VERSION); \
		ln -sf $$name.so.$(VERSION) $(D)$(LIBDIR)/$$name.so.0; \
		ln -sf $$name.so.0 $(D)$(LIBDIR)/$$name.so; \
	done
	@install -m 755 $(B)/lua5.4/ses/core.so $(D)$(LUA54_CMOD)/ses/core.so
	@install -m 755 $(B)/luajit/ses/core.so $(D)$(LUA51_CMOD)/ses/core.so
	@$(call copy_lua,$(D)$(LUA54_LMOD))
	@$(call copy_lua,$(D)$(LUA51_LMOD))
	@$(make_pc) tools/ses.pc.in > $(D)$(PKGCONFIGDIR)/ses.pc
	@$(make_pc) tools/ses-lua.pc.in > $(D)$(PKGCONFIGDIR)/ses-lua.pc
	@install -d $(MAN_DIR)
	@install -m 644 $(MAN_PAGES:%=$(B)/man/%) $(MAN_DIR)/
	@for file in $(TYPES); do install -D -m 644 types/$$file $(TYPES_DIR)/$$file; done
	@install -d $(dir $(BASH_COMPLETION)) $(dir $(ZSH_COMPLETION))
	@$(B)/ses completion bash > $(BASH_COMPLETION)
	@$(B)/ses completion zsh > $(ZSH_COMPLETION)
	@chmod 644 $(D)$(PKGCONFIGDIR)/ses.pc $(D)$(PKGCONFIGDIR)/ses-lua.pc $(BASH_COMPLETION) $(ZSH_COMPLETION)
	@echo "ses $(VERSION) is installed in $(D)$(PREFIX)"

## make uninstall   what install put there
uninstall:
	@rm -f $(D)$(BINDIR)/ses $(LIBRARIES:%=$(D)$(LIBDIR)/%.a) $(LIBRARIES:%=$(D)$(LIBDIR)/%.so)
	@rm -f $(LIBRARIES:%=$(D)$(LIBDIR)/%.so.*) $(D)$(PKGCONFIGDIR)/ses.pc $(D)$(PKGCONFIGDIR)/ses-lua.pc
	@rm -f $(MAN_PAGES:%=$(MAN_DIR)/%) $(BASH_COMPLETION) $(ZSH_COMPLETION)
	@rm -rf $(D)$(INCLUDEDIR)/ses $(D)$(LUA54_CMOD)/ses $(D)$(LUA51_CMOD)/ses
	@rm -rf $(D)$(LUA54_LMOD)/ses $(D)$(LUA51_LMOD)/ses $(TYPES_DIR)

# What the rockspec builds and installs: one core for the Lua that LuaRocks works for.
ROCK_OBJ := $(BINDING_SRC:src/binding/%.c=$(B)/obj/rock/%.o)
ROCK_CFLAGS ?= $(LUA54_CFLAGS)
ROCK_LDFLAGS ?=

$(B)/obj/rock/%.o: src/binding/%.c
	@mkdir -p $(@D)
	$(call say,CC )$(CC) $(OUR_CFLAGS) $(ROCK_CFLAGS) $(CFLAGS) -c $< -o $@

$(B)/rock/ses/core.so: $(ROCK_OBJ) $(B)/libses.a
	@mkdir -p $(@D)
	$(call say,CC )$(CC) -shared $(MODULE_LDFLAGS) $(ROCK_LDFLAGS) $(LDFLAGS) $^ -o $@ $(CORE_LIBS)

.PHONY: rock rock-clean rock-install
# The objects may be another Lua's.
rock-clean:
	@rm -rf $(B)/obj/rock $(B)/rock

rock: rock-clean
	@$(MAKE) --no-print-directory $(B)/rock/ses/core.so

rock-install:
	@$(call copy_lua,$(ROCK_LUADIR))
	@install -D -m 755 $(B)/rock/ses/core.so $(ROCK_LIBDIR)/ses/core.so

ROCKSPEC := rockspec/ses-$(VERSION)-1.rockspec

## make rockspec    the rockspec of this version, from the one of the source (scm)
.PHONY: rockspec
rockspec:
	@sed -e 's/^version = .*/version = "$(VERSION)-1"/' -e 's/^  url = .*/&\n  tag = "v$(VERSION)",/' \
		rockspec/ses-scm-1.rockspec > $(ROCKSPEC)

## make rocks       the rock for Lua 5.4 and for LuaJIT, built, installed, packed and installed again, and a mail by each
.PHONY: rocks
rocks: deps-rocks
	@$(MAKE) --no-print-directory build-all
	@ROCKS=all tools/spec.sh $(LUA54) -o gtest spec/rock_spec.lua

## make deb         the Debian packages ses, lua-ses, libses0, libses-lua0 and libses-dev, into build/deb
.PHONY: deb deb-check
DEB_TREE := $(B)/deb/ses-$(VERSION)
deb: deps-deb
	@rm -rf $(B)/deb && mkdir -p $(DEB_TREE)
	@tar -cf - --exclude=./build --exclude=./.git . | tar -xf - -C $(DEB_TREE)
	@cd $(DEB_TREE) && env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS dpkg-buildpackage -b -us -uc >../build.log 2>&1 || \
		{ tail -n 30 ../build.log; exit 1; }
	@rm -rf $(DEB_TREE)
	@ls $(B)/deb/*.deb

## make deb-check   lintian on the packages, and a bare Debian of their own that installs, uses and purges them (as root)
deb-check: deps-deb-check deb
	@tools/deb_check.sh $(B)/deb $(VERSION)

## make format      let clang-format lay out the C code
.PHONY: format
format:
	@find src include spec/c fuzz examples bench -name '*.[ch]' | xargs clang-format -i

# Made whole before it takes the place of what is there, so that no part of an older model stays behind.
MODEL_DIR := lua/ses/model/generated
make_model = rm -rf $(B)/gen/model && mkdir -p $(B)/gen/model $(MODEL_DIR) && \
	$(LUA54) tools/gen_model.lua $(MODEL) $(B)/gen/model && \
	rm -f $(MODEL_DIR)/*.lua && mv $(B)/gen/model/*.lua $(MODEL_DIR)/

make_types = LUA_PATH_5_4="lua/?.lua;lua/?/init.lua;;" $(LUA54) tools/gen_types.lua types/library/ses/generated

## make types       the types of SES's operations for editors (types/) again, from the model that is there
.PHONY: types
types:
	@$(make_types)

## make model MODEL=path ENDPOINTS=path  make the tables of lua/ses/model again from AWS's JSON, in the
##                  form that botocore carries or in Smithy's JSON AST
.PHONY: model
model:
	@$(if $(MODEL)$(ENDPOINTS),,$(error make model needs MODEL=path, ENDPOINTS=path or both))
	@mkdir -p $(B)/gen
	@$(if $(MODEL),$(make_model))
	@$(if $(MODEL),$(make_types))
	@$(if $(ENDPOINTS),$(LUA54) tools/gen_model.lua $(ENDPOINTS) > $(B)/gen/endpoints.lua && \
		mv $(B)/gen/endpoints.lua lua/ses/model/endpoints.lua)

## make clean       remove build/
.PHONY: clean
clean:
	rm -rf build

-include $(shell find $(B) -name '*.d' 2>/dev/null)
