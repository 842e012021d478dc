// One identity per app, none with a secret. Their permissions in Microsoft Graph are granted separately: see
// graph-roles.json.
param location string
param tags object
param readerName string
param webName string
param remediatorName string
param enableRemediation bool

resource reader 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: readerName
  location: location
  tags: tags
}

resource web 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: webName
  location: location
  tags: tags
}

resource remediator 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = if (enableRemediation) {
  name: remediatorName
  location: location
  tags: tags
}

output readerId string = reader.id
output readerClientId string = reader.properties.clientId
output readerPrincipalId string = reader.properties.principalId
output webId string = web.id
output webClientId string = web.properties.clientId
output webPrincipalId string = web.properties.principalId
output remediatorId string = remediator.?id ?? ''
output remediatorClientId string = remediator.?properties.clientId ?? ''
output remediatorPrincipalId string = remediator.?properties.principalId ?? ''
