// The web app: the review page and its API. Its identity is the only one that may sign approvals.
param location string
param tags object
param name string
param planName string
param identity object
param hostStorage object
param shared object
param authClientId string
param approvalKeyId string
param approvalPublicKeys string
param remediatorClientId string

var signingSettings = {
  // The identity with which this app reads: `diagnose` on the page, and the owners of an app.
  READER_CLIENT_ID: identity.clientId
  APPROVAL_SIGNING_KEY: approvalKeyId
}
var verifyingSettings = empty(approvalPublicKeys) ? {} : { APPROVAL_PUBLIC_KEYS: approvalPublicKeys }
// The page says whether approvals are executed. This app cannot use that identity.
var remediatorSettings = empty(remediatorClientId) ? {} : { REMEDIATOR_CLIENT_ID: remediatorClientId }

module app 'function-app.bicep' = {
  name: 'web-app'
  params: {
    location: location
    tags: union(tags, { 'azd-service-name': 'web' })
    name: name
    planName: planName
    identityId: identity.id
    clientId: identity.clientId
    hostStorageName: hostStorage.name
    deploymentContainerName: hostStorage.container
    dataStorageName: shared.dataStorageName
    applicationInsightsName: shared.applicationInsightsName
    workspaceId: shared.workspaceId
    subnetId: shared.subnetId
    instanceMemoryMB: shared.instanceMemoryMB
    maximumInstances: shared.maximumInstances
    allowedAddressRanges: shared.allowedAddressRanges
    graphEndpoint: shared.graphEndpoint
    settings: shared.settings
    authClientId: authClientId
    ownSettings: union(signingSettings, verifyingSettings, remediatorSettings)
  }
}

output id string = app.outputs.id
output name string = app.outputs.name
output endpoint string = app.outputs.endpoint
