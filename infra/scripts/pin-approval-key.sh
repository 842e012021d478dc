#!/bin/sh
# Pins the public key that verifies approvals: reads the public part of the key that signs, and stores it in the azd
# environment as APPROVAL_PUBLIC_KEYS. The next `azd provision` passes it to the web app and to the remediator. A person
# runs this on purpose: if a deployment read the key by itself, whoever replaced the key in the vault could approve.
#
#   pin-approval-key.sh           pins the key; a different pinned key stays, and the exit code is 1
#   pin-approval-key.sh --add     for a rotation: pins the new key in addition
#
# Sign in first (az login). You need Key Vault Reader on the vault, which the deployment gives to the deployer.
set -eu

fail() { echo "$*" >&2; exit 1; }

# A value by name: of the environment, else of the azd environment; nothing where there is none.
optional() {
  eval "given=\${$1:-}"
  [ -n "$given" ] || given=$(azd env get-value "$1" 2>/dev/null) || given=
  printf %s "$given"
}

add=
case ${1:-} in
  '') ;;
  --add) add=yes ;;
  *) fail "Unknown argument: $1. $0 [--add]" ;;
esac
[ $# -le 1 ] || fail "Unknown argument: $2. $0 [--add]"

key=$(optional APPROVAL_KEY_ID)
[ -n "$key" ] || fail "APPROVAL_KEY_ID is not known. Run this where azd has provisioned, or set it: APPROVAL_KEY_ID=... $0"
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
azd env set APPROVAL_PUBLIC_KEYS "$public"
echo "Pinned the public key of $key. Now run: azd provision" >&2
