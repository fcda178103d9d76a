# Sourced by ./run and ./test: makes sure that the Debian packages of cmake/debian-packages.txt are there.
# Everything it says goes to stderr, for the standard output of ./run --build is read by programs.

say() { printf '%s\n' "$*" >&2; }

# The names of the packages of the given scopes that are not installed, one a line.
missing_packages() {
  local scope name rest
  while read -r name scope rest; do
    case " $* " in *" $scope "*) ;; *) continue ;; esac
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || printf '%s\n' "$name"
  done < <(grep -v '^#' cmake/debian-packages.txt)
}

# ensure_packages SCOPE…: installs what is missing, or says the command that does and ends the script with 1.
ensure_packages() {
  local missing as_root=()
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then as_root=(sudo -n); fi
  if ! command -v apt-get >/dev/null || { [ "$(id -u)" -ne 0 ] && ! sudo -n true 2>/dev/null; }; then
    say "Missing: ${missing[*]}"
    say "Install them as root on Debian 12, then start this again:"
    say "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
    exit 1
  fi
  say "Installing ${#missing[@]} Debian packages: ${missing[*]} …"
  local log
  log=$(mktemp)
  if ! { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } \
    >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    say "Installing failed; the whole output is in $log"
    exit 1
  fi
  rm -f "$log"
}
