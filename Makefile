# StudyMate Server. `make run` starts everything, `make test` tests everything; `make help` lists the rest.

VERSION := 0.1.0
V ?= release
B := build/$(V)

# ---- settings of a local stack (see README.md) ----
RUN_DIR ?= run
HTTPS_PORT ?= 8443
HTTP_PORT ?= 8080
WORKERS ?= 8
USERS ?= 1000
PREFIX ?= /usr/local
export RUN_DIR HTTPS_PORT HTTP_PORT WORKERS USERS

# Debian 12 has Node 18, which is too old for the tests: they bring their own. npm runs on the system's, as it may
# be about to replace that one.
OWN_NODE := $(CURDIR)/tests/node_modules/node-linux-$(subst x86_64,x64,$(subst aarch64,arm64,$(shell uname -m)))/bin
NPM := PATH="$(subst $(OWN_NODE):,,$(PATH))" npm
export PATH := $(OWN_NODE):$(subst $(OWN_NODE):,,$(PATH))

# ---- compiler ----
CC := $(if $(filter fuzz,$(V)),clang,gcc)
# a designated initializer is meant to leave the rest zero
WARN := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef -Wvla -Wformat=2 \
	-Wnull-dereference -Wimplicit-fallthrough -Wdouble-promotion -Wno-missing-field-initializers -Werror
WARN_gcc := -Wlogical-op -Wduplicated-cond -Wduplicated-branches
HARDEN := -fstack-protector-strong -fstack-clash-protection -fcf-protection=full -fno-strict-aliasing -fPIE
MODE_release := -O2 -g -D_FORTIFY_SOURCE=3 -ftrivial-auto-var-init=zero $(WARN_gcc)
# lines and names, and a quarter less to compile than with variables
MODE_asan := -O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
MODE_cov := -O0 -g --coverage
# clang has no such macro; uthash's falling through is not marked for it; LOG_TEXT() asks whether a constant text is there
MODE_fuzz := -O1 -g1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer -D__SANITIZE_ADDRESS__ -Wno-implicit-fallthrough -Wno-string-conversion
LINK_asan := -fsanitize=address,undefined
LINK_fuzz := -fsanitize=address,undefined
LINK_cov := --coverage
CPPFLAGS := -std=gnu17 -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -Ilib -Ifcgi-app -isystem /usr/include/mariadb
CFLAGS := $(WARN) $(MODE_$(V)) $(HARDEN)
LDFLAGS := $(LINK_$(V)) -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed
LIBS := -lfcgi -ljson-c -lmariadb -lhiredis -ljwt -lmagic -largon2 -loath -lqrencode -lpng -lzip -lutf8proc -luv -lcrypto -lm

# what calls other servers is linked where that is done
WEB_SRC := $(sort $(wildcard lib/web/*.c))
LIB_SRC := $(filter-out $(WEB_SRC),$(sort $(wildcard lib/*/*.c)))
DOMAIN_SRC := $(sort $(wildcard fcgi-app/domain/*.c fcgi-app/domain/*/*.c))
API_SRC := $(sort $(wildcard fcgi-app/api/*.c))
JOBS_SRC := $(sort $(wildcard fcgi-app/jobs/*.c))
RT_SRC := $(sort $(wildcard fcgi-app/realtime/*.c))
obj = $(patsubst %.c,$(B)/%.o,$(1))
LIB_OBJ := $(call obj,$(LIB_SRC))
WEB_OBJ := $(call obj,$(WEB_SRC))
DOMAIN_OBJ := $(call obj,$(DOMAIN_SRC))
API_OBJ := $(call obj,$(API_SRC))
JOBS_OBJ := $(call obj,$(JOBS_SRC))
RT_OBJ := $(call obj,$(RT_SRC))
UNIT_SRC := $(sort $(wildcard tests/unit/*.c))
UNIT_BIN := $(patsubst tests/unit/%.c,$(B)/unit/%,$(UNIT_SRC))

PROGRAMS := $(B)/studymate-api $(B)/studymate-jobs $(B)/studymate-realtime

.PHONY: all
all: $(PROGRAMS)

$(B)/studymate-api: $(API_OBJ) $(DOMAIN_OBJ) $(WEB_OBJ) $(LIB_OBJ)
$(B)/studymate-jobs: $(JOBS_OBJ) $(DOMAIN_OBJ) $(WEB_OBJ) $(LIB_OBJ)
$(B)/studymate-api $(B)/studymate-jobs: LIBS += -lcurl
$(B)/studymate-realtime: $(RT_OBJ) $(LIB_OBJ)
$(B)/studymate-realtime: LIBS += -lwebsockets
$(PROGRAMS):
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

$(B)/%.o: %.c $(B)/.flags
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Rewritten only when the command line changes, so that changed flags rebuild everything.
$(B)/.flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)' | cmp -s - $@ || \
		echo '$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)' > $@
.PHONY: FORCE
FORCE:

-include $(shell find build -name '*.d' 2>/dev/null)

# ---- unit tests ----
UNIT_LIBS := -lcmocka $(LIBS) -lcurl
$(B)/unit/%: $(B)/tests/unit/%.o $(B)/all.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(UNIT_LIBS)

.SECONDARY: $(call obj,$(UNIT_SRC))
.PHONY: unit-programs
unit-programs: $(UNIT_BIN)

# ---- fuzzing: a target is one file; with V=fuzz libFuzzer drives it, otherwise replay.c does ----
FUZZ_SRC := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_BIN := $(patsubst tests/fuzz/fuzz_%.c,$(B)/fuzz/%,$(FUZZ_SRC))
FUZZ_ENGINE := $(if $(filter fuzz,$(V)),,$(B)/tests/fuzz/replay.o)
$(B)/all.a: $(filter-out %/main.o,$(API_OBJ) $(RT_OBJ)) $(DOMAIN_OBJ) $(WEB_OBJ) $(LIB_OBJ)
	@rm -f $@
	@ar rcs $@ $^

$(B)/fuzz/%: $(B)/tests/fuzz/fuzz_%.o $(FUZZ_ENGINE) $(B)/all.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS) $(if $(FUZZ_ENGINE),,-fsanitize=fuzzer) -o $@ $^ $(LIBS) -lcurl -lwebsockets

.SECONDARY: $(call obj,$(FUZZ_SRC)) $(FUZZ_ENGINE)
.PHONY: fuzz fuzz-programs
fuzz-programs: $(FUZZ_BIN)

fuzz: test-packages
	@$(MAKE) --no-print-directory -j2 V=fuzz fuzz-programs
	@scripts/fuzz $(or $(SECONDS),10) $(TARGET)

# ---- pages ----
LINKS := reset-password confirm-email # what mails lead to
build/html/docs/.done: nginx/html/package-lock.json $(wildcard $(addsuffix /*,$(addprefix nginx/html/,docs links $(LINKS))))
	@mkdir -p $(addprefix build/html/,docs $(LINKS))
	@cd nginx/html && $(NPM) ci --loglevel=error
	@cp nginx/html/docs/* nginx/html/node_modules/swagger-ui-dist/swagger-ui.css \
		nginx/html/node_modules/swagger-ui-dist/swagger-ui-bundle.js \
		nginx/html/node_modules/swagger-ui-dist/favicon-32x32.png build/html/docs/
	@for page in $(LINKS); do cp nginx/html/links/* nginx/html/$$page/* build/html/$$page/ || exit; done
	@touch $@

.PHONY: docs
docs: build/html/docs/.done

# ---- a local stack ----
.PHONY: packages run up down status seed demo
packages:
	@scripts/install-packages run build

run up: packages
	@$(MAKE) --no-print-directory -j2 all docs
	@scripts/stack $@

down status:
	@scripts/stack $@

seed:
	@scripts/seed

demo:
	@node scripts/demo.mjs

# ---- tests ----
.PHONY: test test-packages
test-packages:
	@scripts/install-packages run build test

test: test-packages
	@# packages come while two compilers work
	@$(MAKE) --no-print-directory -j3 V=asan docs tests/node_modules/.done all unit-programs fuzz-programs
	@node tests/run.mjs

tests/node_modules/.done: tests/package-lock.json
	@cd tests && $(NPM) ci --loglevel=error
	@touch $@

# ---- coverage ----
.PHONY: cov
cov: test-packages
	@$(MAKE) --no-print-directory -j2 V=cov all unit-programs fuzz-programs
	@$(MAKE) --no-print-directory docs tests/node_modules/.done
	@find build/cov -name '*.gcda' -delete
	@BUILD=build/cov node tests/run.mjs >build/cov/suite.log || { tail -n 40 build/cov/suite.log; exit 1; }
	@tail -n 1 build/cov/suite.log
	@node tests/cov.mjs

.PHONY: clean
clean:
	rm -rf build

# ---- production ----
D := "$(DESTDIR)"
I := "$(DESTDIR)$(PREFIX)"
UNITS := $(D)/lib/systemd/system
SNIPPETS := /etc/nginx/snippets
# what nginx serves is what the settings name, where there are some
STORAGE ?= $(or $(shell sed -n 's/^STORAGE_DIR=//p' $(D)/etc/studymate/studymate.env 2>/dev/null),/var/lib/studymate/files)
FILL = sed -e 's|@PREFIX@|$(PREFIX)|g' -e 's|@STORAGE@|$(STORAGE)|g'
FILL_NGINX = $(FILL) -e 's|@SNIPPETS@|$(SNIPPETS)|g' -e 's|@HTML@|$(PREFIX)/share/studymate/html|g' \
	-e 's|@API_SOCKET@|/run/studymate/api.sock|g' -e 's|@LOGIN_SOCKET@|/run/studymate/login.sock|g' \
	-e 's|@REALTIME_SOCKET@|/run/studymate-realtime/realtime.sock|g' \
	-e 's|@ACCESS_LOG@|/var/log/nginx/studymate-access.log|g'
.PHONY: install uninstall
install: all docs
	install -d $(I)/bin
	install -m 755 $(PROGRAMS) $(I)/bin/
	install -d $(I)/share/studymate/sql/migrations $(I)/share/studymate/sql/seed
	install -d $(addprefix $(I)/share/studymate/html/,docs $(LINKS))
	install -m 644 README.md scripts/turnserver.conf $(I)/share/studymate/
	install -m 644 sql/migrations/*.sql $(I)/share/studymate/sql/migrations/
	install -m 644 sql/seed/reference.sql $(I)/share/studymate/sql/seed/
	for page in docs $(LINKS); do install -m 644 build/html/$$page/* $(I)/share/studymate/html/$$page/ || exit; done
	install -d $(UNITS) $(D)$(SNIPPETS) $(D)/etc/studymate $(D)/usr/lib/tmpfiles.d
	umask 022; $(FILL) scripts/systemd/studymate-api.service.in > $(UNITS)/studymate-api.service
	@# the same confinement for those beside the pool, without what is the pool's
	umask 022; $(FILL) -e '/^ExecReload=/d' -e '/^RuntimeDirectory/d' \
		-e 's|studymate-api|studymate-jobs|; s|StudyMate API pool|StudyMate jobs|; s|/api.log|/jobs.log|' \
		scripts/systemd/studymate-api.service.in > $(UNITS)/studymate-jobs.service
	umask 022; $(FILL) -e '/^ExecReload=/d' -e '/^StateDirectory/d' -e '/^ReadWritePaths/d' \
		-e 's|studymate-api|studymate-realtime|; s|StudyMate API pool|StudyMate WebSocket gateway|; s|/api.log|/realtime.log|' \
		-e 's|^RuntimeDirectory=.*|RuntimeDirectory=studymate-realtime|; s|^LimitNOFILE=.*|LimitNOFILE=65536|' \
		-e 's|^KillMode=.*|KillMode=process|' \
		scripts/systemd/studymate-api.service.in > $(UNITS)/studymate-realtime.service
	@# more gateways: each the same with a socket of its own
	umask 022; sed -e 's|WebSocket gateway|& %i|; s|^RuntimeDirectory=.*|&-%i|' \
		-e 's|^ExecStart=|Environment=REALTIME_LISTEN=/run/studymate-realtime-%i/realtime.sock\n&|' \
		$(UNITS)/studymate-realtime.service > $(UNITS)/studymate-realtime@.service
	install -D -m 644 scripts/systemd/studymate.sysusers $(D)/usr/lib/sysusers.d/studymate.conf
	umask 022; $(FILL) scripts/systemd/studymate.tmpfiles > $(D)/usr/lib/tmpfiles.d/studymate.conf
	install -D -m 644 scripts/systemd/studymate.logrotate $(D)/etc/logrotate.d/studymate
	install -d $(D)/etc/nginx/conf.d
	umask 022; $(FILL_NGINX) nginx/studymate-http.conf.in > $(D)/etc/nginx/conf.d/studymate.conf
	umask 022; for f in nginx/snippets/*.conf.in; do $(FILL_NGINX) $$f > $(D)$(SNIPPETS)/$$(basename $$f .in) || exit 1; done
	@test -e $(D)/etc/studymate/studymate.env || \
		{ umask 022; $(FILL) scripts/systemd/studymate.env > $(D)/etc/studymate/studymate.env; }
	@grep -qxF 'STORAGE_DIR=$(STORAGE)' $(D)/etc/studymate/studymate.env || \
		echo 'nginx serves $(STORAGE), which STORAGE_DIR in /etc/studymate/studymate.env is not' >&2

# what install laid out: never settings, secrets, files of users or logs
uninstall:
	rm -f $(patsubst %,$(I)/bin/%,$(notdir $(PROGRAMS))) $(patsubst %,$(UNITS)/%.service,$(notdir $(PROGRAMS)))
	rm -f $(UNITS)/studymate-realtime@.service
	rm -rf $(I)/share/studymate
	rm -f $(patsubst nginx/snippets/%.in,$(D)$(SNIPPETS)/%,$(wildcard nginx/snippets/*.in))
	rm -f $(D)/etc/nginx/conf.d/studymate.conf $(D)/etc/logrotate.d/studymate
	rm -f $(D)/usr/lib/sysusers.d/studymate.conf $(D)/usr/lib/tmpfiles.d/studymate.conf

# ---- speed ----
# other than the stacks one plays with
BENCH_USERS := $(if $(filter file,$(origin USERS)),100000,$(USERS))
.PHONY: bench bench-compare flame bench-ready
bench-ready: test-packages
	@scripts/install-packages bench
	@$(MAKE) --no-print-directory -j2 all docs build/bench/pace tests/node_modules/.done

bench: bench-ready
	@USERS=$(BENCH_USERS) node tests/bench/bench.mjs

# whether the time of a refused login tells which accounts exist
.PHONY: timing
timing: test-packages
	@$(MAKE) --no-print-directory -j2 all docs tests/node_modules/.done
	@node tests/bench/timing.mjs

# how well the rules of level tests know the level of graded texts: TEXTS=lines of a level, a tab and a text
.PHONY: levels
levels: build/bench/levels
	@for n in 40 80 150 300; do build/bench/levels $$n <"$(TEXTS)" || exit 1; done

build/bench/levels: tests/bench/levels.c $(B)/all.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(CPPFLAGS) -O2 -g $(WARN) $(WARN_gcc) -o $@ $^ $(LIBS) -lcurl -lwebsockets

bench-compare: bench-ready
	@USERS=$(BENCH_USERS) node tests/bench/compare.mjs

flame: bench-ready
	@scripts/install-packages flame
	@USERS=$(BENCH_USERS) node tests/bench/flame.mjs

build/bench/pace: tests/bench/pace.c
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) -std=gnu17 -D_GNU_SOURCE -O2 -g $(WARN) $(WARN_gcc) -o $@ $< -lm

.PHONY: bench-sockets
bench-sockets: test-packages
	@$(MAKE) --no-print-directory -j2 all docs build/bench/swarm tests/node_modules/.done
	@node tests/bench/sockets.mjs

build/bench/swarm: tests/bench/swarm.c tests/bench/swarm_wire.c tests/bench/swarm.h
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) -std=gnu17 -D_GNU_SOURCE -O2 -g $(WARN) $(WARN_gcc) -o $@ $(filter %.c,$^) -luv -lm

# ---- faults: V=asan is slower and says more; SELF=1 leaks on purpose ----
.PHONY: fault
fault: test-packages
	@$(MAKE) --no-print-directory -j2 all docs build/fault/nomem.so build/fault/leak.so tests/node_modules/.done
	@BUILD=$(B) node tests/fault/fault.mjs $(if $(SELF),--self-test)

build/fault/%.so: tests/fault/%.c
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@gcc -std=gnu17 -D_GNU_SOURCE -O2 -g $(WARN) $(WARN_gcc) -fPIC -shared -o $@ $<

# ---- work for a while, and scanners ----
.PHONY: soak scan
soak: test-packages
	@$(MAKE) --no-print-directory -j2 all docs tests/node_modules/.done
	@node tests/soak/soak.mjs

scan: test-packages
	@scripts/install-packages scan
	@$(MAKE) --no-print-directory -j2 all docs tests/node_modules/.done
	@node tests/scan/scan.mjs

# ---- lint ----
.PHONY: lint flags
lint: test-packages
	@$(MAKE) --no-print-directory -j2 all docs tests/node_modules/.done
	@scripts/lint

flags: # as words of a shell
	$(info $(CPPFLAGS))
	@:

.PHONY: help
help:
	@sed -n 's/^| `make \([^`]*\)`.*| \(.*\) |$$/make \1: \2/p' README.md
