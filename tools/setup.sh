# Shared by ./run and ./test (sourced): says what is missing, installs it, builds the web UI.
# Everything comes from Debian's packages and the npm registry.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD="$ROOT/build"

BUILD_PACKAGES="clang-19 clang-format-19 libclang-rt-19-dev build-essential cmake ninja-build ccache
  mold pkg-config python3 libssl-dev libcurl4-openssl-dev libsimdjson-dev nlohmann-json3-dev
  libprotozero-dev libsnappy-dev libzstd-dev zlib1g-dev librocksdb-dev libsqlite3-dev libfmt-dev
  libcli11-dev libyaml-cpp-dev libexpected-dev libre2-dev libxxhash-dev
  libjemalloc-dev libdeflate-dev libhowardhinnant-date-dev tzdata"
TEST_PACKAGES="libgtest-dev libgmock-dev libbenchmark-dev prometheus prometheus-node-exporter
  chromium-headless-shell openssl prometheus-alertmanager python3-aiosmtpd"

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "this needs root: run as root, or install sudo, then again ($*)"
  fi
}

installed() { dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null | grep -q '^ii'; }

# Debian's services must not start because a test wants their programs.
apt_install() {
  local policy=/usr/sbin/policy-rc.d made=""
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod +x "$policy"
    made=yes
  fi
  as_root apt-get update -qq || true
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" \
    >"$BUILD/apt.log" 2>&1 || { tail -n 20 "$BUILD/apt.log" >&2; die "apt-get could not install: $*"; }
  [ -z "$made" ] || as_root rm -f "$policy"
}

need_packages() {
  mkdir -p "$BUILD"
  command -v apt-get >/dev/null || die "this set-up knows Debian 12; see CONTRIBUTING.md for the list"
  local missing="" package
  for package in "$@"; do installed "$package" || missing="$missing $package"; done
  [ -z "$missing" ] && return 0
  say "installing Debian packages:$missing"
  # shellcheck disable=SC2086
  apt_install $missing
}

# Boost 1.81 conflicts with Debian's default 1.74: where that stands, only headers are unpacked.
need_boost() {
  installed libboost1.81-dev && return 0
  if ! installed libboost1.74-dev; then
    say "installing Debian packages: libboost1.81-dev"
    apt_install libboost1.81-dev
    return 0
  fi
  if [ ! -d "$BUILD/boost/usr/include/boost" ]; then
    say "unpacking the headers of Boost 1.81 into build/boost (Boost 1.74 stays installed)"
    mkdir -p "$BUILD/boost"
    (cd "$BUILD/boost" && apt-get download -qq libboost1.81-dev && dpkg -x libboost1.81-dev_*.deb .)
  fi
  CMAKE_EXTRA="-DBoost_NO_BOOST_CMAKE=ON -DBOOST_INCLUDEDIR=$BUILD/boost/usr/include"
}

node_is_new_enough() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number);
           process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

# The UI's tools need node 20.19; Debian 12 has 18. Then node comes from the npm registry.
need_node() {
  if command -v node >/dev/null && command -v npm >/dev/null && node_is_new_enough node; then return 0; fi
  if [ ! -x "$BUILD/node/node_modules/.bin/node" ]; then
    need_packages nodejs npm
    say "installing node 20.20.2 and npm 11.19.1 from the npm registry into build/node"
    mkdir -p "$BUILD/node"
    (cd "$BUILD/node" && npm install --loglevel=error --no-audit --no-fund --prefix . node@20.20.2 npm@11.19.1) \
      >"$BUILD/node.log" 2>&1 || { tail -n 20 "$BUILD/node.log" >&2; die "npm could not install node"; }
  fi
  export PATH="$BUILD/node/node_modules/.bin:$PATH"
  node_is_new_enough node || die "node is still older than 20.19: $(node --version)"
}

fingerprint() { find "$@" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16; }

# Installs the UI's packages and builds ui/dist, each only when its inputs changed.
build_ui() {
  need_node
  local lock stamp
  lock=$(fingerprint "$ROOT/ui/package.json" "$ROOT/ui/package-lock.json")
  if [ "$(cat "$ROOT/ui/node_modules/.vedette-stamp" 2>/dev/null)" != "$lock" ]; then
    say "installing the web UI's packages"
    (cd "$ROOT/ui" && npm ci --loglevel=error --no-audit --no-fund) >"$BUILD/npm.log" 2>&1 \
      || { tail -n 20 "$BUILD/npm.log" >&2; die "npm ci failed"; }
    echo "$lock" >"$ROOT/ui/node_modules/.vedette-stamp"
  fi
  stamp=$(cd "$ROOT/ui" && fingerprint package-lock.json index.html vite.config.ts src public)
  if [ "$(cat "$BUILD/ui.stamp" 2>/dev/null)" != "$stamp" ] || [ ! -e "$ROOT/ui/dist/index.html" ]; then
    say "building the web UI"
    (cd "$ROOT/ui" && npm run --silent build) >"$BUILD/ui.log" 2>&1 \
      || { tail -n 30 "$BUILD/ui.log" >&2; die "the web UI did not build"; }
    echo "$stamp" >"$BUILD/ui.stamp"
  fi
}

# build_cpp PRESET TARGET...: at the priority NICE, 0 unless set
build_cpp() {
  local preset=$1; shift
  # shellcheck disable=SC2086
  (cd "$ROOT" && cmake --preset "$preset" ${CMAKE_EXTRA:-}) >"$BUILD/cmake-$preset.log" 2>&1 \
    || { tail -n 20 "$BUILD/cmake-$preset.log" >&2; die "cmake --preset $preset failed"; }
  nice -n "${NICE:-0}" ninja -C "$BUILD/$preset" "$@" >"$BUILD/ninja-$preset.log" 2>&1 \
    || { grep -E -A12 'FAILED|error:' "$BUILD/ninja-$preset.log" | head -n 60 >&2; die "the build failed; see build/ninja-$preset.log"; }
}
