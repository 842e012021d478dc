#!/bin/sh
# After `azd provision`: which steps are left, with the commands. It changes nothing.
cat <<TEXT

Consentinel is provisioned. These steps are left (az login as a Privileged Role Administrator for the grants):

  1. The reader may read the directory. Without it the first scan cannot begin.
       sh infra/scripts/grant-permissions.sh reader
TEXT
if [ -n "${REMEDIATOR_PRINCIPAL_ID:-}" ]; then
  cat <<TEXT
  2. The remediator may write what a person has approved.
       sh infra/scripts/grant-permissions.sh remediator
TEXT
  if [ -z "${APPROVAL_PUBLIC_KEYS:-}" ]; then
    cat <<TEXT
     It executes nothing until the key that verifies approvals is pinned:
       sh infra/scripts/pin-approval-key.sh && azd provision
TEXT
  fi
else
  cat <<TEXT
  2. Writing is off: no identity that could write exists. To have one:
       azd env set ENABLE_REMEDIATION true && azd up
TEXT
fi
if [ -z "${AUTH_CLIENT_ID:-}" ]; then
  cat <<TEXT

The review page is closed until people can sign in to it:
       sh infra/scripts/grant-permissions.sh sign-in
       sh infra/scripts/grant-permissions.sh web
TEXT
fi
if [ "${ANCHORS_LOCKED:-false}" != true ]; then
  cat <<TEXT

The anchors of the audit trail can still be deleted. To make that impossible (it cannot be undone):
       sh infra/scripts/lock-anchors.sh
TEXT
fi
cat <<TEXT

The first scan runs at ${SCAN_SCHEDULE:-0 0 2 * * *} (second minute hour day month weekday, UTC). See docs/deploy.md.
TEXT
