#!/usr/bin/env bash
# The part that all machines on AWS share. deploy/aws/user-data.ts puts it before the machine's own
# part. Settings come from /etc/elections/machine.env, which the launch template writes.
set -euo pipefail
umask 022

SETTINGS=${ELECTIONS_MACHINE:-/etc/elections/machine.env}
# shellcheck source=/dev/null
. "$SETTINGS"
: "${REGION:?}" "${BUNDLE:?}" "${BUNDLE_SHA256:?}" "${ROOT:?}" "${SERVE_JSON:?}" "${STACK:?}" "${ASG:?}"
export AWS_REGION=$REGION AWS_DEFAULT_REGION=$REGION AWS_RETRY_MODE=standard AWS_MAX_ATTEMPTS=8 AWS_PAGER=''

IMDS=${IMDS:-http://169.254.169.254}
DATA=$ROOT/data
PROGRAM=/opt/elections
HEALTH=http://127.0.0.1:9464/readyz
UNREADY=/run/elections-unready
# Seconds: not ready until a restart, until another machine.
RESTART_AFTER=${RESTART_AFTER:-120}
REPLACE_AFTER=${REPLACE_AFTER:-600}

say() { echo "elections-machine: $*" >&2; }
die() { say "$*"; exit 1; }

# again TRIES SECONDS COMMAND…: for what may fail because something else is not there yet.
again() {
  local tries=$1 pause=$2 n
  shift 2
  for ((n = 1; ; n++)); do
    "$@" && return
    ((n < tries)) || return 1
    sleep "$pause"
  done
}

# Instance metadata by version 2 alone: a token first, which no forwarded request can get.
metadata() {
  local token
  token=$(curl -fsS -m 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$IMDS/latest/api/token") &&
    curl -fsS -m 5 -H "X-aws-ec2-metadata-token: $token" "$IMDS/latest/meta-data/$1"
}

instance_id() { again 30 2 metadata instance-id; }

# --- the program ---------------------------------------------------------------------------------

# unpack BUNDLE SHA256 LINK: into a folder of its own, which LINK leads to once it is whole.
unpack() {
  local place=$3-${2:0:16} file
  if [ ! -e "$place/installed" ]; then
    file=$(mktemp /var/tmp/elections-XXXXXX)
    again 10 3 aws s3 cp --only-show-errors "$1" "$file" || die "cannot get $1"
    echo "$2  $file" | sha256sum --check --quiet || die 'the bundle is not the one that was deployed'
    rm -rf "$place"
    mkdir -p "$place"
    tar -xzf "$file" -C "$place" --no-same-owner
    rm -f "$file"
    chmod -R u=rwX,go=rX "$place"
    touch "$place/installed"
  fi
  ln -sfn "$place" "$3"
}

# One file with everything, Node too: no registry is asked while voters wait.
install_program() {
  unpack "$BUNDLE" "$BUNDLE_SHA256" "$PROGRAM"
  printf '#!/bin/sh\nexec %s/node %s/bin/elections.js "$@"\n' "$PROGRAM" "$PROGRAM" >/usr/local/bin/elections
  chmod 0755 /usr/local/bin/elections
}

# For the way from the load balancer alone, which takes any certificate; voters see the load
# balancer's and CloudFront's.
certificate() {
  [ -s /etc/elections/tls.crt ] && return
  (
    umask 077
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj /CN=elections \
      -keyout /etc/elections/tls.key.new -out /etc/elections/tls.crt.new 2>/dev/null
  )
  mv /etc/elections/tls.key.new /etc/elections/tls.key
  mv /etc/elections/tls.crt.new /etc/elections/tls.crt
}

# With the settings in /etc/elections/elections.json.
install_service() {
  # A unit of an earlier version of the program: its text may differ, and nothing is written over.
  rm -f /etc/systemd/system/elections.service /etc/sysusers.d/elections.conf
  elections install-service --config /etc/elections/elections.json >/dev/null
  chown root:elections /etc/elections/tls.crt /etc/elections/tls.key
  chmod 0640 /etc/elections/tls.crt /etc/elections/tls.key
}

# Every minute, with whatever this file is then.
timer() {
  local name=elections-$1
  printf '[Unit]\nDescription=Digital Elections: %s\n[Service]\nType=oneshot\nExecStart=%s %s\n' \
    "$1" "$(readlink -f "$0")" "$1" >"/etc/systemd/system/$name.service"
  printf '[Unit]\nDescription=Digital Elections: %s, every minute\n[Timer]\nOnBootSec=60\nOnUnitActiveSec=60\nAccuracySec=1\n[Install]\nWantedBy=timers.target\n' \
    "$1" >"/etc/systemd/system/$name.timer"
  systemctl daemon-reload
  systemctl enable --now --quiet "$name.timer"
}

# --- looking after it ----------------------------------------------------------------------------

# A crash is systemd's to mend. This is for a server that runs and does not answer, and for a
# machine that does not mend.
watch() {
  local since now
  is_to_serve || return 0
  # Somebody stopped it, and it stays so.
  [ "$(systemctl is-active elections)" != inactive ] || return 0
  curl -fsS -m 10 -o /dev/null "$HEALTH" && { rm -f "$UNREADY" "$UNREADY-restarted"; return; }
  case $(systemctl show --property ExecMainStatus --value elections) in
    2 | 3) say 'the server refuses to start (exit code 2 or 3): another machine would not help'; return ;;
  esac
  now=$(date +%s)
  [ -e "$UNREADY" ] || echo "$now" >"$UNREADY"
  since=$((now - $(cat "$UNREADY")))
  say "not ready for $since s"
  if ((since >= REPLACE_AFTER)); then
    say 'asking for another machine'
    aws autoscaling set-instance-health --instance-id "$(instance_id)" --health-status Unhealthy
  elif ((since >= RESTART_AFTER)) && [ ! -e "$UNREADY-restarted" ]; then
    touch "$UNREADY-restarted"
    systemctl restart elections
  fi
}

# CloudFormation waits for this during a deployment. For a machine that the group adds later nothing
# waits.
signal() {
  aws cloudformation signal-resource --stack-name "$STACK" --logical-resource-id "$ASG" --unique-id "$1" \
    --status "$2" 2>/dev/null || say 'no deployment waits for this machine'
}
