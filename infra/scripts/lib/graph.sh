# Sourced by grant-permissions.sh: calls to Microsoft Graph with the Azure CLI. Each call is shown before it is made. With
# dry_run no write is sent. Every failure ends the script: a command substitution must end with `|| exit`.
# The script sets `root`, the address of Graph, and `here`, the folder infra/.
# shellcheck shell=sh disable=SC2154
graph_app=00000003-0000-0000-c000-000000000000
dry_run=${dry_run:-}
# Functions print their results, so what they show goes to where the script writes its messages.
exec 3>&2

# The address of Microsoft Graph in this cloud.
graph_root() {
  graph=$(az cloud show --query endpoints.microsoftGraphResourceId --output tsv | tr -d '\r') || exit
  [ -n "$graph" ] || fail 'az could not show the cloud. Is the Azure CLI installed?'
  printf %s/v1.0 "${graph%/}"
}

# What az printed. On Windows it ends its lines with carriage returns. TEXT
lines() { [ -z "$1" ] || printf '%s\n' "$1" | tr -d '\r'; }

# A read. URL, JMESPATH
ask() {
  echo "az rest --method get --url \"$1\" --query \"$2\" --output tsv" >&3
  answer=$(az rest --method get --url "$1" --query "$2" --output tsv) || exit
  lines "$answer"
}

# A read of what may be absent: prints nothing where Graph answers 404, which is exit code 3 of az (azure-cli-core,
# util.handle_exception). No other answer means that it is absent. URL, JMESPATH
look_up() {
  echo "az rest --method get --url \"$1\" --query \"$2\" --output tsv" >&3
  answer=$(present "$1" "$2") || exit
  lines "$answer"
}
present() {
  code=0
  { errors=$(az rest --method get --url "$1" --query "$2" --output tsv 2>&1 >&4) || code=$?; } 4>&1
  case $code in
    0 | 3) ;;
    *) echo "$errors" >&3; exit "$code" ;;
  esac
}

# The columns of a list, which may have several pages: one line for each entry. URL, JMESPATH
rows() {
  page=$1
  while [ -n "$page" ]; do
    ask "$page" "$2" || exit
    page=$(ask "$page" '"@odata.nextLink"') || exit
  done
}

# The last column of the first row that begins with these columns. ROWS, COLUMN ...
cell() {
  table=$1
  shift
  printf '%s\n' "$table" | awk -v wanted="$* " '{ gsub(/\t/, " ") } index($0, wanted) == 1 { print $NF; exit }'
}

# A write. METHOD, URL, BODY, JMESPATH OF THE RESULT, ONE MORE HEADER
change() {
  if [ "$1" = delete ]; then set -- delete "$2" '' '' ''
  else set -- "$1" "$2" "$3" "${4:-id}" "${5:-}"
  fi
  shown="az rest --method $1 --url \"$2\""
  [ "$1" = delete ] || shown="$shown --headers Content-Type=application/json${5:+ $5} --body '$3'"
  echo "$shown" >&3
  if [ -n "$dry_run" ]; then echo '(not sent)' >&3; return; fi
  if [ "$1" = delete ]; then az rest --method delete --url "$2" --output none || exit; return; fi
  answer=$(az rest --method "$1" --url "$2" --headers Content-Type=application/json ${5:+"$5"} --body "$3" \
    --query "$4" --output tsv) || exit
  lines "$answer"
}

# The service principal of Microsoft Graph.
graph_principal() { ask "$root/servicePrincipals(appId='$graph_app')" id; }

# The roles of an application: value and id. PRINCIPAL
app_roles() { ask "$root/servicePrincipals/$1" 'appRoles[].[value, id]'; }

# The names in one list of graph-roles.json. LIST
roles() {
  tr -d '\r\n' <"$here/graph-roles.json" | sed "s/.*\"$1\": *\[\([^]]*\)\].*/\1/" | tr -d '" ' | tr ',' '\n'
}

# The id of an application permission of Microsoft Graph. ROWS OF app_roles, ROLE
permission_id() {
  found=$(cell "$1" "$2")
  [ -n "$found" ] || fail "Microsoft Graph has no application permission $2 in this cloud."
  printf %s "$found"
}

# The assignments in a list: resource, role, principal and id. URL
assignments() { rows "$1" 'value[].[resourceId, appRoleId, principalId, id]'; }

# Assigns a role of a resource to a principal, where it is not assigned. RESOURCE, ROLE ID, PRINCIPAL, NAME, ROWS OF assignments
assign() {
  if [ -n "$(cell "$5" "$1" "$2" "$3")" ]; then echo "$4 is granted already." >&2; return; fi
  change post "$root/servicePrincipals/$1/appRoleAssignedTo" \
    "{\"principalId\":\"$3\",\"resourceId\":\"$1\",\"appRoleId\":\"$2\"}" >/dev/null || exit
  [ -n "$dry_run" ] || echo "$4 is granted." >&2
}

# Grants every role of a list on Microsoft Graph. LIST, PRINCIPAL
grant() {
  resource=$(graph_principal) || exit
  offered=$(app_roles "$resource") || exit
  held=$(assignments "$root/servicePrincipals/$2/appRoleAssignments") || exit
  for role in $(roles "$1"); do
    id=$(permission_id "$offered" "$role") || exit
    assign "$resource" "$id" "$2" "$role" "$held"
  done
}

# Removes every role on Microsoft Graph from a principal. PRINCIPAL, NAME
revoke_from() {
  resource=$(graph_principal) || exit
  there=$(look_up "$root/servicePrincipals/$1" id) || exit
  if [ -z "$there" ]; then echo "The $2 has no service principal: nothing to revoke." >&2; return; fi
  held=$(assignments "$root/servicePrincipals/$1/appRoleAssignments") || exit
  count=0
  for assignment in $(printf '%s\n' "$held" | awk -v resource="$resource" '$1 == resource { print $NF }'); do
    change delete "$root/servicePrincipals/$resource/appRoleAssignedTo/$assignment" || exit
    count=$((count + 1))
  done
  if [ -n "$dry_run" ]; then echo "The $2 has $count permissions in Microsoft Graph." >&2
  else echo "The $2: $count permissions in Microsoft Graph revoked." >&2
  fi
}
