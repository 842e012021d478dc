// The remediator: the queue remediations and its poison queue, and no HTTP. Its identity is the only one that writes to
// the directory. It verifies approvals with the pinned public keys and cannot sign.
param location string
param tags object
param name string
param planName string
param identity object
param hostStorage object
param shared object
param approvalPublicKeys string

var remediatorSettings = { REMEDIATOR_CLIENT_ID: identity.clientId }
// Without a pinned key no approval is valid.
var verifyingSettings = empty(approvalPublicKeys) ? {} : { APPROVAL_PUBLIC_KEYS: approvalPublicKeys }

module app 'function-app.bicep' = {
  name: 'remediator-app'
  params: {
    location: location
    tags: union(tags, { 'azd-service-name': 'remediator' })
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
    ownSettings: union(remediatorSettings, verifyingSettings)
  }
}

output id string = app.outputs.id
output name string = app.outputs.name
