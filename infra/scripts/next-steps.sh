#!/bin/sh
# After `azd provision`: which consents are still to be given, with the commands. It changes nothing.
cat <<TEXT

Consentinel is provisioned. Two consents are yours to give (az login as a Privileged Role Administrator):

  1. The reader may read the directory. Without it the first scan cannot begin.
       sh infra/scripts/grant-permissions.sh reader
TEXT
if [ -n "${REMEDIATOR_PRINCIPAL_ID:-}" ]; then
  cat <<TEXT
  2. The remediator may write what a person has approved.
       sh infra/scripts/grant-permissions.sh remediator
TEXT
else
  cat <<TEXT
  2. Writing is off: no identity that could write exists. To have one:
       azd env set ENABLE_REMEDIATION true && azd provision
TEXT
fi
if [ -z "${AUTH_CLIENT_ID:-}" ]; then
  cat <<TEXT

The review page is closed until people can sign in to it:
       sh infra/scripts/grant-permissions.sh sign-in
TEXT
fi
cat <<TEXT

The first scan runs at ${SCAN_SCHEDULE:-0 0 2 * * *} (second minute hour day month weekday, UTC). docs/deploy.md tells the rest.
TEXT
