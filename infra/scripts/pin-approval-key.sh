#!/bin/sh
# Pins the public key that verifies approvals: reads the public part of the key that signs, and stores it in the azd
# environment as APPROVAL_PUBLIC_KEYS. The next `azd provision` passes it to the web app and to the remediator. A person
# runs this on purpose: if a deployment read the key by itself, an attacker who replaced the key in the vault could approve.
#
#   pin-approval-key.sh           pins the key; a different pinned key stays, and the exit code is 1
#   pin-approval-key.sh --add     for a rotation: pins the new key in addition
#
# With --dry-run it shows what it would pin. Sign in first (az login). You need Key Vault Reader on the vault, which the
# deployment gives to the deployer.
set -eu
# shellcheck source=infra/scripts/lib/values.sh
. "$(dirname "$0")/lib/values.sh"

add=
dry_run=
for argument in "$@"; do
  case $argument in
    --add) add=yes ;;
    --dry-run) dry_run=yes ;;
    *) fail "Unknown argument: $argument. $0 [--add] [--dry-run]" ;;
  esac
done

key=$(value APPROVAL_KEY_ID) || exit
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
az keyvault key download --id "$key" --encoding PEM --file "$folder/key.pem" --output none
public=$(tr -d '\r' <"$folder/key.pem")
case $public in
  '-----BEGIN PUBLIC KEY-----'*) ;;
  *) fail "az did not return a public key for $key." ;;
esac
public=$(printf '%s\n' "$public" | base64 | tr -d '\n')

pinned=$(optional APPROVAL_PUBLIC_KEYS)
case ",$pinned," in
  *",$public,"*) echo "The public key of $key is pinned already." >&2; exit 0 ;;
esac
if [ -n "$pinned" ]; then
  [ -n "$add" ] || fail "Another key is pinned. If you have rotated the key of the vault, run: $0 --add. If you have not, find out who replaced it (docs/security.md)."
  public="$pinned,$public"
fi
if [ -n "$dry_run" ]; then echo "Not pinned. This would be: azd env set APPROVAL_PUBLIC_KEYS $public" >&2; exit 0; fi
azd env set APPROVAL_PUBLIC_KEYS "$public"
echo "Pinned the public key of $key. Now run: azd provision" >&2
