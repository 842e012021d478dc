#!/bin/sh
# Gives the consents and makes the sign-in with one Microsoft Graph call after the other, each shown before it is made:
# for those who may not deploy infra/graph/main.bicep. Run it again at will: what is there already is left alone.
#
#   grant-permissions.sh reader      the first consent: the reader may read the directory
#   grant-permissions.sh remediator  the second consent: the remediator may write
#   grant-permissions.sh sign-in     the app registration of the review page
#   grant-permissions.sh role Consentinel.Approver USER    who may decide (or Consentinel.Reader: who may look)
#
# With --dry-run it reads, and shows what it would write. Sign in first (az login) as a Privileged Role Administrator;
# for sign-in and role, Cloud Application Administrator is enough. Values come from the environment or from azd.
set -eu
exec 3>&2
here=$(cd "$(dirname "$0")/.." && pwd)
graph_app=00000003-0000-0000-c000-000000000000

dry_run=
[ "${1:-}" != --dry-run ] || { dry_run=yes; shift; }
what=${1:-}

fail() { echo "$*" >&2; exit 1; }

# A value by name: of the environment, else of the azd environment.
value() {
  eval "given=\${$1:-}"
  [ -n "$given" ] || given=$(azd env get-value "$1" 2>/dev/null) || given=
  [ -n "$given" ] || fail "$1 is not known. Run this where azd has provisioned, or set it: $1=... $0 $what"
  printf %s "$given"
}

# A read: shown, then made. URL, JMESPath.
ask() {
  echo "az rest --method get --url \"$1\" --query \"$2\" --output tsv" >&3
  az rest --method get --url "$1" --query "$2" --output tsv
}

# A write: shown, then made. METHOD, URL, BODY, JMESPath.
change() {
  echo "az rest --method $1 --url \"$2\" --headers Content-Type=application/json --body '$3'" >&3
  if [ -n "$dry_run" ]; then echo "(not sent)" >&2; return; fi
  az rest --method "$1" --url "$2" --headers Content-Type=application/json --body "$3" --query "${4:-id}" --output tsv
}

# The names in one list of graph-roles.json.
roles() {
  tr -d '\n' <"$here/graph-roles.json" | sed "s/.*\"$1\": *\[\([^]]*\)\].*/\1/" | tr -d '" ' | tr ',' '\n'
}

# Assigns a role of a resource to a principal. RESOURCE, ROLE ID, PRINCIPAL, NAME
assign() {
  held=$(ask "$root/servicePrincipals/$3/appRoleAssignments" "value[?appRoleId=='$2' && resourceId=='$1'].id | [0]")
  if [ -n "$held" ]; then echo "$4 is granted already." >&2; return; fi
  change post "$root/servicePrincipals/$1/appRoleAssignedTo" \
    "{\"principalId\":\"$3\",\"resourceId\":\"$1\",\"appRoleId\":\"$2\"}" >/dev/null
  [ -n "$dry_run" ] || echo "$4 is granted." >&2
}

# Grants every role of a list on Microsoft Graph. LIST, PRINCIPAL
grant() {
  resource=$(ask "$root/servicePrincipals(appId='$graph_app')" id)
  [ -n "$resource" ] || fail 'Microsoft Graph was not found in this tenant.'
  for role in $(roles "$1"); do
    id=$(ask "$root/servicePrincipals/$resource" "appRoles[?value=='$role'].id | [0]")
    [ -n "$id" ] || fail "Microsoft Graph knows no application permission $role in this cloud."
    assign "$resource" "$id" "$2" "$role"
  done
}

# Makes the app registration, its service principal and the trust in the reader identity. No secret is made.
sign_in() {
  name=consentinel-$(value AZURE_ENV_NAME)
  reader=$(value READER_PRINCIPAL_ID)
  endpoint=$(value SERVICE_API_ENDPOINT)
  tenant=$(value AZURE_TENANT_ID)
  login=$(az cloud show --query endpoints.activeDirectory --output tsv)
  app=$(ask "$root/applications(uniqueName='$name')" id 2>/dev/null) || app=
  if [ -z "$app" ]; then
    app_roles=$(tr -d '\n' <"$here/app-roles.json")
    app=$(change post "$root/applications" "{\"uniqueName\":\"$name\",\"displayName\":\"Consentinel ($name)\",\"signInAudience\":\"AzureADMyOrg\",\"appRoles\":$app_roles,\"web\":{\"redirectUris\":[\"$endpoint/.auth/login/aad/callback\"],\"implicitGrantSettings\":{\"enableIdTokenIssuance\":true}}}")
    [ -n "$app" ] || { echo 'The rest needs the id of the application, so it is not shown.' >&2; return; }
  fi
  client=$(ask "$root/applications/$app" appId)
  trusted=$(ask "$root/applications/$app/federatedIdentityCredentials" "value[?subject=='$reader'].id | [0]")
  [ -n "$trusted" ] || change post "$root/applications/$app/federatedIdentityCredentials" \
    "{\"name\":\"app-service\",\"issuer\":\"${login%/}/$tenant/v2.0\",\"subject\":\"$reader\",\"audiences\":[\"${TOKEN_EXCHANGE_AUDIENCE:-api://AzureADTokenExchange}\"]}" >/dev/null
  principal=$(ask "$root/servicePrincipals(appId='$client')" id 2>/dev/null) || principal=
  [ -n "$principal" ] || change post "$root/servicePrincipals" \
    "{\"appId\":\"$client\",\"appRoleAssignmentRequired\":true}" >/dev/null
  echo "Now run: azd env set AUTH_CLIENT_ID $client && azd provision" >&2
}

# Gives a person, or a group, a role of the review page. ROLE, OBJECT ID
role_of_page() {
  case ${1:-} in
    Consentinel.Reader | Consentinel.Approver) ;;
    *) fail "Which role? $0 role Consentinel.Approver USER_OBJECT_ID" ;;
  esac
  [ -n "${2:-}" ] || fail "Who? $0 role $1 USER_OBJECT_ID"
  client=$(value AUTH_CLIENT_ID)
  page=$(ask "$root/servicePrincipals(appId='$client')" id)
  id=$(ask "$root/servicePrincipals/$page" "appRoles[?value=='$1'].id | [0]")
  change post "$root/servicePrincipals/$page/appRoleAssignedTo" \
    "{\"principalId\":\"$2\",\"resourceId\":\"$page\",\"appRoleId\":\"$id\"}" >/dev/null
}

case $what in reader | remediator | sign-in | role) ;; *) fail "$(sed -n '2,13s/^# \{0,1\}//p' "$0")" ;; esac
root=$(az cloud show --query endpoints.microsoftGraphResourceId --output tsv)
root=${root%/}/v1.0
case $what in
  reader) principal=$(value READER_PRINCIPAL_ID); grant reader "$principal" ;;
  remediator) principal=$(value REMEDIATOR_PRINCIPAL_ID); grant remediator "$principal" ;;
  sign-in) sign_in ;;
  role) role_of_page "${2:-}" "${3:-}" ;;
esac
