#!/bin/sh
# Locks the immutability policy of the container with the anchors of the audit trail. This CANNOT be undone: until the
# retention period of its newest blob ends, no user can delete the container or its storage account. Lines can still be
# appended. A template can create the policy, but not lock it.
#
#   lock-anchors.sh              shows the policy, and what locking means; the exit code is 1 until it is locked
#   lock-anchors.sh --yes        locks it
#   lock-anchors.sh --dry-run    shows the policy and what --yes would do; the exit code is 0
#
# Sign in first (az login). You need Storage Account Contributor on the data account.
set -eu
# shellcheck source=infra/scripts/lib/values.sh
. "$(dirname "$0")/lib/values.sh"

yes=
dry_run=
for argument in "$@"; do
  case $argument in
    --yes) yes=yes ;;
    --dry-run) dry_run=yes ;;
    *) fail "Unknown argument: $argument. $0 [--yes] [--dry-run]" ;;
  esac
done

group=$(value AZURE_RESOURCE_GROUP) || exit
account=$(value STORAGE_ACCOUNT_NAME) || exit
container=$(value AUDIT_ANCHOR_CONTAINER_NAME) || exit

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
    if [ -n "$dry_run" ]; then echo "Not locked. With --yes it is locked, and this cannot be undone." >&2; exit 0; fi
    [ -n "$yes" ] || fail "Not locked. Locking cannot be undone: for $days days after the newest anchor, no user can delete $account. To lock it: $0 --yes"
    etag=$(policy etag)
    az storage container immutability-policy lock --resource-group "$group" --account-name "$account" \
      --container-name "$container" --if-match "$etag" --output none
    echo 'Locked.' >&2 ;;
  *) fail "The container has no policy. Run azd provision first." ;;
esac
# A locked policy cannot be written again, so the next deployment leaves it out.
[ "$(optional ANCHORS_LOCKED)" != true ] || exit 0
if [ -n "$dry_run" ]; then echo 'Not stored. This would be: azd env set ANCHORS_LOCKED true' >&2; exit 0; fi
azd env set ANCHORS_LOCKED true
