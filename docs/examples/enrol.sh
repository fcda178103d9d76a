#!/usr/bin/env bash
# Joins this machine as one more device, by hand: openssl for the key, curl for the wire (docs/by_hand.md).
#   enrol.sh https://127.0.0.1:8443 CODE trial/tls/ca.pem my-device
# Prints the server's answer. The folder then holds the key, the incarnation and the token, for sync.sh.
set -euo pipefail
server=$1 code=$2 ca=$3 folder=$4

umask 077
mkdir -p "$folder"
[ -f "$folder/key.pem" ] || openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$folder/key.pem"
[ -f "$folder/incarnation" ] || openssl rand -hex 16 >"$folder/incarnation"
printf '%s\n' "$server" >"$folder/server"
cp "$ca" "$folder/ca.pem"

base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

# The last 64 bytes of the public key are the point: x and y.
point() { openssl pkey -in "$folder/key.pem" -pubout -outform DER | tail -c 64; }
jwk=$(printf '{"crv":"P-256","kty":"EC","x":"%s","y":"%s"}' "$(point | head -c 32 | base64url)" "$(point | tail -c 32 | base64url)")

# JWS, flattened (RFC 7515): openssl signs in DER, ES256 wants r and s with 32 bytes each (RFC 7518, section 3.4).
protected=$(printf '{"alg":"ES256","jwk":%s}' "$jwk" | base64url)
payload=$(printf '{"code":"%s","device":{"name":"%s","platform":"shell"},"incarnation":"%s"}' \
  "$code" "$(uname -n)" "$(cat "$folder/incarnation")" | base64url)
raw_signature() {
  local number
  openssl dgst -sha256 -sign "$folder/key.pem" | openssl asn1parse -inform DER | sed -n 's/.*INTEGER *://p' |
    while read -r number; do
      number=$(printf '%64s' "$number" | tr ' ' 0)
      printf '%b' "$(printf '%s' "$number" | sed 's/../\\x&/g')"
    done
}
signature=$(printf '%s.%s' "$protected" "$payload" | raw_signature | base64url)

answer=$(printf '{"protected":"%s","payload":"%s","signature":"%s"}' "$protected" "$payload" "$signature" |
  curl --silent --show-error --fail-with-body --cacert "$ca" --json @- "$server/v1/enrolments")
printf '%s\n' "$answer"
printf '%s' "$answer" | sed -n 's/.*"token":"\([^"]*\)".*/\1/p' >"$folder/token"
printf '%s' "$answer" | sed -n 's/.*"epoch":"\([^"]*\)".*/\1/p' >"$folder/epoch"
