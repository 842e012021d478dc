#!/bin/sh
# Locks the immutability policy of the container with the anchors of the audit trail. This CANNOT be undone: until the
# retention period of its newest blob ends, nobody can delete the container or its storage account. Lines can still be
# appended. A template can create the policy, but not lock it.
#
#   lock-anchors.sh          shows the policy, and what locking means
#   lock-anchors.sh --yes    locks it
#
# Sign in first (az login). You need Storage Account Contributor on the data account.
set -eu

fail() { echo "$*" >&2; exit 1; }

# A value by name: of the environment, else of the azd environment.
value() {
  eval "given=\${$1:-}"
  [ -n "$given" ] || given=$(azd env get-value "$1" 2>/dev/null) || given=
  [ -n "$given" ] || fail "$1 is not known. Run this where azd has provisioned, or set it: $1=... $0"
  printf %s "$given"
}

yes=
case ${1:-} in
  '') ;;
  --yes) yes=yes ;;
  *) fail "Unknown argument: $1. $0 [--yes]" ;;
esac
[ $# -le 1 ] || fail "Unknown argument: $2. $0 [--yes]"

group=$(value AZURE_RESOURCE_GROUP)
account=$(value STORAGE_ACCOUNT_NAME)
container=$(value AUDIT_ANCHOR_CONTAINER_NAME)

# One property of the policy. JMESPATH
policy() {
  az storage container immutability-policy show --resource-group "$group" --account-name "$account" \
    --container-name "$container" --query "$1" --output tsv
}

state=$(policy state)
days=$(policy immutabilityPeriodSinceCreationInDays)
appends=$(policy allowProtectedAppendWrites)
echo "$account/$container: $state, $days days, appends allowed: $appends" >&2
case $state in
  Locked) ;;
  Unlocked)
    # Locked without it, no further anchor could be written.
    [ "$appends" = true ] || [ "$appends" = True ] || fail 'The policy does not allow appends. Run azd provision first: the template sets allowProtectedAppendWrites.'
    [ -n "$yes" ] || fail "Not locked. Locking cannot be undone: for $days days after the newest anchor, nobody can delete $account. To lock it: $0 --yes"
    az storage container immutability-policy lock --resource-group "$group" --account-name "$account" \
      --container-name "$container" --if-match "$(policy etag)" --output none
    echo 'Locked.' >&2 ;;
  *) fail "The container has no policy. Run azd provision first." ;;
esac
# A locked policy cannot be written again, so the next deployment leaves it out.
azd env set ANCHORS_LOCKED true
