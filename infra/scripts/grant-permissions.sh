#!/bin/sh
# Gives the consents and makes the sign-in with one Microsoft Graph call after the other, each shown before it is made:
# for those who may not deploy infra/graph/main.bicep. Run it again at will: what is there already is left alone.
#
#   grant-permissions.sh reader      the first consent: the reader may read the directory
#   grant-permissions.sh web         the web app may read it too: for `diagnose` on the page, and for the owners of an app
#   grant-permissions.sh remediator  the second consent: the remediator may write
#   grant-permissions.sh sign-in     the app registration of the review page
#   grant-permissions.sh tenants     the app that reads several tenants, and the consent of this one
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
  given=$(optional "$1")
  [ -n "$given" ] || fail "$1 is not known. Run this where azd has provisioned, or set it: $1=... $0 $what"
  printf %s "$given"
}

# A value as `value` finds it; nothing where there is none.
optional() {
  eval "given=\${$1:-}"
  [ -n "$given" ] || given=$(azd env get-value "$1" 2>/dev/null) || given=
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

# The service principal of Microsoft Graph.
graph_principal() {
  found=$(ask "$root/servicePrincipals(appId='$graph_app')" id)
  [ -n "$found" ] || fail 'Microsoft Graph was not found in this tenant.'
  printf %s "$found"
}

# The id of an application permission of Microsoft Graph. PRINCIPAL OF GRAPH, ROLE
role_id() {
  found=$(ask "$root/servicePrincipals/$1" "appRoles[?value=='$2'].id | [0]")
  [ -n "$found" ] || fail "Microsoft Graph knows no application permission $2 in this cloud."
  printf %s "$found"
}

# Grants every role of a list on Microsoft Graph. LIST, PRINCIPAL
grant() {
  resource=$(graph_principal)
  for role in $(roles "$1"); do
    id=$(role_id "$resource" "$role")
    assign "$resource" "$id" "$2" "$role"
  done
}

# The id of the application of a unique name; nothing where there is none. NAME
application() {
  ask "$root/applications(uniqueName='$1')" id 2>/dev/null || :
}

# Lets a token of an identity prove that it is the application, instead of a secret. APPLICATION, NAME, NAME OF THE VALUE
trust() {
  subject=$(value "$3")
  tenant=$(value AZURE_TENANT_ID)
  login=$(az cloud show --query endpoints.activeDirectory --output tsv)
  trusted=$(ask "$root/applications/$1/federatedIdentityCredentials" "value[?subject=='$subject'].id | [0]")
  [ -n "$trusted" ] || change post "$root/applications/$1/federatedIdentityCredentials" \
    "{\"name\":\"$2\",\"issuer\":\"${login%/}/$tenant/v2.0\",\"subject\":\"$subject\",\"audiences\":[\"${TOKEN_EXCHANGE_AUDIENCE:-api://AzureADTokenExchange}\"]}" >/dev/null
}

# The service principal of an application in this tenant, made where there is none. CLIENT ID
principal_of() {
  found=$(ask "$root/servicePrincipals(appId='$1')" id 2>/dev/null) || found=
  [ -n "$found" ] || found=$(change post "$root/servicePrincipals" \
    "{\"appId\":\"$1\",\"appRoleAssignmentRequired\":true}")
  printf %s "$found"
}

# Makes the app registration, its service principal and the trust in the identity of the web app. No secret is made.
sign_in() {
  name=consentinel-$(value AZURE_ENV_NAME)
  endpoint=$(value SERVICE_WEB_ENDPOINT)
  app=$(application "$name")
  if [ -z "$app" ]; then
    app_roles=$(tr -d '\n' <"$here/app-roles.json")
    app=$(change post "$root/applications" "{\"uniqueName\":\"$name\",\"displayName\":\"Consentinel ($name)\",\"signInAudience\":\"AzureADMyOrg\",\"appRoles\":$app_roles,\"web\":{\"redirectUris\":[\"$endpoint/.auth/login/aad/callback\"],\"implicitGrantSettings\":{\"enableIdTokenIssuance\":true}}}")
    [ -n "$app" ] || { echo 'The rest needs the id of the application, so it is not shown.' >&2; return; }
  fi
  client=$(ask "$root/applications/$app" appId)
  trust "$app" app-service WEB_PRINCIPAL_ID
  principal_of "$client" >/dev/null
  echo "Now run: azd env set AUTH_CLIENT_ID $client && azd provision" >&2
}

# Makes the app that reads several tenants: it requests what the reader has, trusts the reader and the web app, and gets a
# service principal in this tenant. No secret is made.
tenants() {
  name=consentinel-tenants-$(value AZURE_ENV_NAME)
  app=$(application "$name")
  if [ -z "$app" ]; then
    resource=$(graph_principal)
    access=
    for role in $(roles reader); do
      id=$(role_id "$resource" "$role")
      access="$access,{\"id\":\"$id\",\"type\":\"Role\"}"
    done
    app=$(change post "$root/applications" "{\"uniqueName\":\"$name\",\"displayName\":\"Consentinel ($name)\",\"signInAudience\":\"AzureADMultipleOrgs\",\"requiredResourceAccess\":[{\"resourceAppId\":\"$graph_app\",\"resourceAccess\":[${access#,}]}],\"web\":{\"redirectUris\":[\"https://entra.microsoft.com/\"]}}")
    [ -n "$app" ] || { echo 'The rest needs the id of the application, so it is not shown.' >&2; return; }
  fi
  client=$(ask "$root/applications/$app" appId)
  trust "$app" reader READER_PRINCIPAL_ID
  # The page diagnoses in every tenant.
  trust "$app" web WEB_PRINCIPAL_ID
  principal=$(principal_of "$client")
  [ -n "$principal" ] || { echo 'The rest needs the id of its service principal, so it is not shown.' >&2; return; }
  grant reader "$principal"
  echo "Now run: azd env set MULTI_TENANT_CLIENT_ID $client && azd env set TENANT_IDS <ids> && azd provision" >&2
}

# Grants what the enabled remedies need. Without ADMIN_CONSENT_REVIEWERS the remedy of the consent workflow has no plan.
remediator() {
  principal=$(value REMEDIATOR_PRINCIPAL_ID)
  grant remediator "$principal"
  if [ -n "$(optional ADMIN_CONSENT_REVIEWERS)" ]; then grant remediatorWithReviewers "$principal"
  else echo "Not granted, because ADMIN_CONSENT_REVIEWERS is not set: $(roles remediatorWithReviewers)" >&2
  fi
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

case $what in reader | web | remediator | sign-in | tenants | role) ;; *) fail "$(sed -n '2,15s/^# \{0,1\}//p' "$0")" ;; esac
root=$(az cloud show --query endpoints.microsoftGraphResourceId --output tsv)
root=${root%/}/v1.0
case $what in
  reader) principal=$(value READER_PRINCIPAL_ID); grant reader "$principal" ;;
  web) principal=$(value WEB_PRINCIPAL_ID); grant reader "$principal" ;;
  remediator) remediator ;;
  sign-in) sign_in ;;
  tenants) tenants ;;
  role) role_of_page "${2:-}" "${3:-}" ;;
esac
