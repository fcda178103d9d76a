#!/usr/bin/env bash
# One sync of a device that enrol.sh made: sends the changes on standard input, a JSON list, and prints the answer.
#   sync.sh my-device LAST <<< '[{"seq":1,"at":0,"collection":"place","record":"…","base":0,"set":{…}}]'
# LAST is the highest seq ever given out; with 0 and an empty list it only receives.
set -euo pipefail
folder=$1 last=$2
printf '{"protocol":1,"schema_version":1,"epoch":"%s","incarnation":"%s","last":%s,"clock":%s,"changes":%s}' \
  "$(cat "$folder/epoch")" "$(cat "$folder/incarnation")" "$last" "$(date +%s%3N)" "$(cat)" |
  curl --silent --show-error --fail-with-body --compressed --cacert "$folder/ca.pem" \
    --header "Authorization: Bearer $(cat "$folder/token")" --json @- "$(cat "$folder/server")/v1/sync"
