#!/bin/sh
# Grants the permissions and makes the sign-in with one Microsoft Graph call after the other, each shown before it is made:
# for those who may not deploy infra/graph/main.bicep. A second run writes nothing, and a run after an interruption does
# the rest.
#
#   grant-permissions.sh reader      the reader may read the directory
#   grant-permissions.sh web         the web app may read it too: for `diagnose` on the page, and for the owners of an app
#   grant-permissions.sh remediator  the remediator may write
#   grant-permissions.sh sign-in     the app registration of the review page
#   grant-permissions.sh tenants     the app that reads several tenants, and its permissions in this tenant
#   grant-permissions.sh role Consentinel.Approver USER    who may decide (or Consentinel.Reader: who may look)
#   grant-permissions.sh revoke      removes every permission in Microsoft Graph that the verbs above granted
#
# With --dry-run, in any position, it reads and shows what it would write. Sign in first (az login) as a Privileged Role
# Administrator; for sign-in and role, Cloud Application Administrator is enough. Values come from the environment or from
# azd.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=infra/scripts/lib/values.sh
. "$here/scripts/lib/values.sh"

usage() { fail "$1
$(sed -n '6,13s/^# \{0,1\}//p' "$0")
Options: --dry-run"; }

dry_run=
for argument in "$@"; do
  shift
  case $argument in
    --dry-run) dry_run=yes ;;
    -*) usage "Unknown option: $argument" ;;
    *) set -- "$@" "$argument" ;;
  esac
done
[ $# -gt 0 ] || usage 'Which permissions?'
what=$1
shift
case $what in
  reader | web | remediator | sign-in | tenants | revoke) [ $# -eq 0 ] || usage "Unknown argument: $1" ;;
  role)
    case ${1:-} in
      Consentinel.Reader | Consentinel.Approver) ;;
      *) fail "Which role? $0 role Consentinel.Approver USER_OBJECT_ID" ;;
    esac
    [ -n "${2:-}" ] || fail "Who? $0 role $1 USER_OBJECT_ID"
    [ $# -eq 2 ] || usage "Unknown argument: $3"
    ;;
  *) usage "Unknown argument: $what" ;;
esac

# shellcheck source=infra/scripts/lib/graph.sh
. "$here/scripts/lib/graph.sh"

# Lets a token of an identity prove that it is the application, instead of a secret. APPLICATION, NAME, NAME OF THE VALUE
trust() {
  subject=$(value "$3") || exit
  tenant=$(value AZURE_TENANT_ID) || exit
  login=$(az cloud show --query endpoints.activeDirectory --output tsv | tr -d '\r') || exit
  [ -n "$login" ] || fail 'az could not show the cloud.'
  list=$root/applications/$1/federatedIdentityCredentials
  credentials=$(rows "$list" 'value[].[name, subject, id]') || exit
  [ -z "$(cell "$credentials" "$2" "$subject")" ] || return 0
  content="\"issuer\":\"${login%/}/$tenant/v2.0\",\"subject\":\"$subject\",\"audiences\":[\"${TOKEN_EXCHANGE_AUDIENCE:-api://AzureADTokenExchange}\"]"
  # The name is unique: one of an earlier deployment trusts an identity that no longer exists.
  old=$(cell "$credentials" "$2")
  if [ -n "$old" ]; then change patch "$list/$old" "{$content}" >/dev/null || exit
  else change post "$list" "{\"name\":\"$2\",$content}" >/dev/null || exit
  fi
}

# The service principal of an application in this tenant, made where there is none. CLIENT ID
principal_of() {
  found=$(look_up "$root/servicePrincipals(appId='$1')" id) || exit
  [ -n "$found" ] || found=$(change post "$root/servicePrincipals" "{\"appId\":\"$1\",\"appRoleAssignmentRequired\":true}") || exit
  printf %s "$found"
}

# The id of the application of a unique name, made where there is none: two runs at the same time make one. Nothing in a dry
# run. NAME, BODY
application() {
  address="$root/applications(uniqueName='$1')"
  app=$(look_up "$address" id) || exit
  if [ -z "$app" ]; then
    app=$(change patch "$address" "$2" id Prefer=create-if-missing) || exit
    # Another run has made it: Graph answers an update without a body.
    [ -n "$app$dry_run" ] || app=$(ask "$address" id) || exit
  fi
  [ -n "$app" ] || echo 'The rest needs the id of the application, so it is not shown.' >&2
  printf %s "$app"
}

# Lets users of the Azure CLI get tokens for the application: the command line decides through the review page. Graph accepts a
# client only after the request that adds the scope (microsoft-graph-docs-contrib#1395). APPLICATION
allow_azure_cli() {
  azure_cli=04b07795-8ddb-461a-bbee-02f9e1bf7b46
  scope=$(printf %s "$page_api" | sed 's/.*"id": *"\([^"]*\)".*/\1/')
  scopes=$(ask "$root/applications/$1" 'api.oauth2PermissionScopes[].[id, id]') || exit
  clients=$(ask "$root/applications/$1" 'api.preAuthorizedApplications[].[appId, appId]') || exit
  [ -z "$(cell "$clients" "$azure_cli")" ] || return 0
  if [ -n "$clients" ] || { [ -n "$scopes" ] && [ -z "$(cell "$scopes" "$scope")" ]; }; then
    echo "The app registration has other scopes or clients, which this script does not change. Allow the Azure CLI by hand: Entra admin center, App registrations, Expose an API, Add a client application, $azure_cli" >&2
    return 0
  fi
  [ -n "$scopes" ] || change patch "$root/applications/$1" "{\"api\":$page_api}" >/dev/null || exit
  change patch "$root/applications/$1" "{\"api\":${page_api%\}},\"preAuthorizedApplications\":[{\"appId\":\"$azure_cli\",\"delegatedPermissionIds\":[\"$scope\"]}]}}" >/dev/null || exit
}

# Makes the app registration, its service principal and the trust in the identity of the web app. No secret is made.
sign_in() {
  name=consentinel-$(value AZURE_ENV_NAME) || exit
  endpoint=$(value SERVICE_WEB_ENDPOINT) || exit
  page_roles=$(tr -d '\r\n' <"$here/app-roles.json")
  page_api=$(tr -d '\r\n' <"$here/page-api.json")
  app=$(application "$name" "{\"displayName\":\"Consentinel ($name)\",\"signInAudience\":\"AzureADMyOrg\",\"appRoles\":$page_roles,\"api\":$page_api,\"web\":{\"redirectUris\":[\"$endpoint/.auth/login/aad/callback\"],\"implicitGrantSettings\":{\"enableIdTokenIssuance\":true}}}") || exit
  [ -n "$app" ] || return 0
  client=$(ask "$root/applications/$app" appId) || exit
  trust "$app" app-service WEB_PRINCIPAL_ID
  principal_of "$client" >/dev/null || exit
  allow_azure_cli "$app"
  echo "Now run: azd env set AUTH_CLIENT_ID $client && azd provision" >&2
}

# Makes the app that reads several tenants: it requests what the reader has, trusts the reader and the web app, and gets a
# service principal in this tenant. No secret is made.
tenants() {
  name=consentinel-tenants-$(value AZURE_ENV_NAME) || exit
  resource=$(graph_principal) || exit
  offered=$(app_roles "$resource") || exit
  access=
  for role in $(roles reader); do
    id=$(permission_id "$offered" "$role") || exit
    access="$access,{\"id\":\"$id\",\"type\":\"Role\"}"
  done
  app=$(application "$name" "{\"displayName\":\"Consentinel ($name)\",\"signInAudience\":\"AzureADMultipleOrgs\",\"requiredResourceAccess\":[{\"resourceAppId\":\"$graph_app\",\"resourceAccess\":[${access#,}]}],\"web\":{\"redirectUris\":[\"https://entra.microsoft.com/\"]}}") || exit
  [ -n "$app" ] || return 0
  client=$(ask "$root/applications/$app" appId) || exit
  trust "$app" reader READER_PRINCIPAL_ID
  # The page diagnoses in every tenant.
  trust "$app" web WEB_PRINCIPAL_ID
  principal=$(principal_of "$client") || exit
  if [ -z "$principal" ]; then echo 'The rest needs the id of its service principal, so it is not shown.' >&2; return; fi
  grant reader "$principal"
  echo "Now run: azd env set MULTI_TENANT_CLIENT_ID $client && azd env set TENANT_IDS <ids> && azd provision" >&2
}

# Grants what the enabled remedies need. Without ADMIN_CONSENT_REVIEWERS the remedy of the consent workflow has no plan.
remediator() {
  principal=$(value REMEDIATOR_PRINCIPAL_ID) || exit
  grant remediator "$principal"
  if [ -n "$(optional ADMIN_CONSENT_REVIEWERS)" ]; then grant remediatorWithReviewers "$principal"
  else echo "Not granted, because ADMIN_CONSENT_REVIEWERS is not set: $(roles remediatorWithReviewers | tr '\n' ' ')" >&2
  fi
}

# Gives a person, or a group, a role of the review page. ROLE, OBJECT ID
role_of_page() {
  client=$(value AUTH_CLIENT_ID) || exit
  page_app=$(ask "$root/servicePrincipals(appId='$client')" id) || exit
  offered=$(app_roles "$page_app") || exit
  id=$(cell "$offered" "$1")
  [ -n "$id" ] || fail "The app registration $client has no role $1. Is AUTH_CLIENT_ID what sign-in printed?"
  held=$(assignments "$root/servicePrincipals/$page_app/appRoleAssignedTo") || exit
  assign "$page_app" "$id" "$2" "$1" "$held"
}

# Removes the permissions in Microsoft Graph, and says which app registrations are left.
revoke() {
  for identity in READER WEB REMEDIATOR; do
    principal=$(optional "${identity}_PRINCIPAL_ID") || exit
    name=$(echo "$identity" | tr '[:upper:]' '[:lower:]')
    if [ -n "$principal" ]; then revoke_from "$principal" "$name"
    else echo "${identity}_PRINCIPAL_ID is not known: nothing revoked from the $name." >&2
    fi
  done
  environment=$(optional AZURE_ENV_NAME) || exit
  [ -n "$environment" ] || { echo 'AZURE_ENV_NAME is not known: no app registration was looked up.' >&2; return; }
  for name in "consentinel-tenants-$environment" "consentinel-$environment"; do
    client=$(look_up "$root/applications(uniqueName='$name')" appId) || exit
    [ -n "$client" ] || continue
    principal=$(look_up "$root/servicePrincipals(appId='$client')" id) || exit
    [ -z "$principal" ] || revoke_from "$principal" "app $name"
    echo "The app registration $name is left. To delete it: az ad app delete --id $client" >&2
  done
}

root=$(graph_root)
case $what in
  reader) principal=$(value READER_PRINCIPAL_ID); grant reader "$principal" ;;
  web) principal=$(value WEB_PRINCIPAL_ID); grant web "$principal" ;;
  remediator) remediator ;;
  sign-in) sign_in ;;
  tenants) tenants ;;
  role) role_of_page "$@" ;;
  revoke) revoke ;;
esac
