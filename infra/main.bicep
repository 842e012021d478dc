targetScope = 'subscription'

@description('Name of the environment: it becomes part of every resource name.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Region of all resources; it must offer Flex Consumption.')
@minLength(1)
param location string

@description('Object id of the person who deploys, who may set the secrets of the key vault. Empty: no person gets that right.')
param principalId string = ''

@description('Tags on every resource, besides azd-env-name.')
param tags object = {}

@description('Deploys the remediator with its identity, the only one that may ever write to the directory. Without it the product only reads.')
param enableRemediation bool = false

@description('Client id of the app registration that people sign in to the review page with. Empty: the page stays closed.')
param authClientId string = ''

@description('Keeps storage accounts, key vault and sites off the internet, behind private endpoints.')
param enablePrivateNetworking bool = false

@description('Address ranges that may access the sites, separated by commas, as 203.0.113.0/24. With private networking they may also access the key vault. Empty: all of them, or none with private networking.')
param allowedAddressRanges string = ''

@description('Recovers the key vault of this name, which was deleted less than 90 days ago. Set it for one deployment.')
param recoverKeyVault bool = false

@description('Takes TEAMS_WEBHOOK_URL from the secret teams-webhook-url of the key vault. Set the secret first: a reference that leads nowhere is a bad setting.')
param enableTeams bool = false

@description('Takes SLACK_WEBHOOK_URL from the secret slack-webhook-url of the key vault. Set the secret first.')
param enableSlack bool = false

@description('Takes ALERT_WEBHOOK_URL from the secret alert-webhook-url of the key vault. Set the secret first.')
param enableAlertWebhook bool = false

@description('Takes ALERT_WEBHOOK_SECRET from the secret alert-webhook-secret of the key vault. Set the secret first.')
param enableAlertWebhookSecret bool = false

@description('Who gets the mails of Azure Monitor: about the product itself, not about findings. Empty: alerts show in the portal only.')
param operatorEmail string = ''

@description('Public keys that verify approvals, as scripts/pin-approval-key.sh sets them. Empty: the remediator rejects every approval.')
param approvalPublicKeys string = ''

@description('Container for the anchors of the audit trail, in another account if you like. Empty: a container of the data account.')
param auditAnchorContainerUrl string = ''

@description('Days that an anchor of the audit trail cannot be changed, once scripts/lock-anchors.sh has locked the policy.')
@minValue(1)
@maxValue(146000)
param anchorRetentionDays int = 400

@description('True once scripts/lock-anchors.sh has locked the policy: then it is not written again.')
param anchorsLocked bool = false

@description('Key that authenticates the checkpoints of scans. Each deployment creates a new one: a scan that was stopped before it starts over.')
@secure()
@minLength(44)
param inventoryKey string = base64('${newGuid()}${newGuid()}')

@description('When to scan: NCRONTAB of six fields, UTC.')
param scanSchedule string = '0 0 2 * * *'

@description('Optional settings by their name in docs/settings.md; an empty one counts as not set.')
param settings object = {}

@description('Memory of an instance: 2048 carries a tenant of 1,000,000 objects.')
@allowed([
  512
  2048
  4096
])
param instanceMemoryMB int = 2048

@description('Instances that an app may have. More than one scans several tenants at a time.')
@minValue(1)
@maxValue(1000)
param maximumInstances int = 10

@description('How often findings and audit trail are kept: in one place (LRS), in three zones (ZRS), or in a second region too.')
@allowed([
  'Standard_LRS'
  'Standard_ZRS'
  'Standard_GRS'
  'Standard_GZRS'
])
param storageRedundancy string = 'Standard_ZRS'

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

var abbreviations = loadJsonContent('abbreviations.json')
var suffix = toLower(uniqueString(subscription().id, environmentName, location))
var allTags = union(tags, { 'azd-env-name': environmentName })
// The name of a storage account has at most 24 characters: 2 + 13 + 9.
var storageNames = {
  data: '${abbreviations.storageAccount}${suffix}'
  scanner: '${abbreviations.storageAccount}${suffix}scan'
  web: '${abbreviations.storageAccount}${suffix}web'
  remediator: '${abbreviations.storageAccount}${suffix}remed'
}
var addressRanges = empty(allowedAddressRanges)
  ? []
  : map(split(allowedAddressRanges, ','), range => trim(range))
var graphEndpoints = {
  AzureCloud: 'https://graph.microsoft.com'
  AzureUSGovernment: 'https://graph.microsoft.us'
  AzureChinaCloud: 'https://microsoftgraph.chinacloudapi.cn'
}

resource group 'Microsoft.Resources/resourceGroups@2025-03-01' = {
  name: '${abbreviations.resourceGroup}${environmentName}'
  location: location
  tags: allTags
}

module identities 'app/identities.bicep' = {
  name: 'identities'
  scope: group
  params: {
    location: location
    tags: allTags
    readerName: '${abbreviations.managedIdentity}consentinel-reader-${suffix}'
    webName: '${abbreviations.managedIdentity}consentinel-web-${suffix}'
    remediatorName: '${abbreviations.managedIdentity}consentinel-remediator-${suffix}'
    enableRemediation: enableRemediation
  }
}

module monitoring 'app/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    location: location
    tags: allTags
    workspaceName: '${abbreviations.logAnalyticsWorkspace}consentinel-${suffix}'
    applicationInsightsName: '${abbreviations.applicationInsights}consentinel-${suffix}'
    retentionDays: logRetentionDays
  }
}

module dataStorage 'app/data-storage.bicep' = {
  name: 'data-storage'
  scope: group
  params: {
    location: location
    tags: allTags
    name: storageNames.data
    workspaceId: monitoring.outputs.workspaceId
    redundancy: storageRedundancy
    enablePublicAccess: !enablePrivateNetworking
    anchorRetentionDays: anchorRetentionDays
    anchorsLocked: anchorsLocked
  }
}

module scannerStorage 'app/host-storage.bicep' = {
  name: 'scanner-storage'
  scope: group
  params: {
    location: location
    tags: allTags
    name: storageNames.scanner
    redundancy: storageRedundancy
    workspaceId: monitoring.outputs.workspaceId
    enablePublicAccess: !enablePrivateNetworking
    principalId: identities.outputs.readerPrincipalId
  }
}

module webStorage 'app/host-storage.bicep' = {
  name: 'web-storage'
  scope: group
  params: {
    location: location
    tags: allTags
    name: storageNames.web
    redundancy: storageRedundancy
    workspaceId: monitoring.outputs.workspaceId
    enablePublicAccess: !enablePrivateNetworking
    principalId: identities.outputs.webPrincipalId
  }
}

module remediatorStorage 'app/host-storage.bicep' = if (enableRemediation) {
  name: 'remediator-storage'
  scope: group
  params: {
    location: location
    tags: allTags
    name: storageNames.remediator
    redundancy: storageRedundancy
    workspaceId: monitoring.outputs.workspaceId
    enablePublicAccess: !enablePrivateNetworking
    principalId: identities.outputs.remediatorPrincipalId
  }
}

module keyVault 'app/key-vault.bicep' = {
  name: 'key-vault'
  scope: group
  params: {
    location: location
    tags: allTags
    name: '${abbreviations.keyVault}${suffix}'
    workspaceId: monitoring.outputs.workspaceId
    enablePublicAccess: !enablePrivateNetworking
    allowedAddressRanges: addressRanges
    recover: recoverKeyVault
    inventoryKey: inventoryKey
  }
}

module network 'app/network.bicep' = if (enablePrivateNetworking) {
  name: 'network'
  scope: group
  params: {
    location: location
    tags: allTags
    name: '${abbreviations.virtualNetwork}consentinel-${suffix}'
    subnetPrefix: abbreviations.subnet
  }
}

var storageTargets = concat(
  [
    { id: dataStorage.outputs.id, name: storageNames.data }
    { id: scannerStorage.outputs.id, name: storageNames.scanner }
    { id: webStorage.outputs.id, name: storageNames.web }
  ],
  enableRemediation ? [ { id: remediatorStorage.?outputs.id ?? '', name: storageNames.remediator } ] : []
)
var storageKinds = [
  'blob'
  'queue'
  'table'
]

// The apps start when their storage and their vault have private addresses.
module dataEndpoints 'app/private-endpoints.bicep' = if (enablePrivateNetworking) {
  name: 'data-endpoints'
  scope: group
  params: {
    location: location
    tags: allTags
    prefix: abbreviations.privateEndpoint
    subnetId: network.?outputs.endpointSubnetId ?? ''
    zoneIds: network.?outputs.zoneIds ?? {}
    targets: concat(
      flatten(map(storageTargets, target => map(storageKinds, kind => union(target, { kind: kind })))),
      [ { id: keyVault.outputs.id, name: keyVault.outputs.name, kind: 'vault' } ]
    )
  }
}

module siteEndpoints 'app/private-endpoints.bicep' = if (enablePrivateNetworking) {
  name: 'site-endpoints'
  scope: group
  params: {
    location: location
    tags: allTags
    prefix: abbreviations.privateEndpoint
    subnetId: network.?outputs.endpointSubnetId ?? ''
    zoneIds: network.?outputs.zoneIds ?? {}
    targets: concat(
      [
        { id: scanner.outputs.id, name: scanner.outputs.name, kind: 'sites' }
        { id: web.outputs.id, name: web.outputs.name, kind: 'sites' }
      ],
      enableRemediation
        ? [ { id: remediator.?outputs.id ?? '', name: remediator.?outputs.name ?? '', kind: 'sites' } ]
        : []
    )
  }
}

// No built-in role signs and does nothing else: Key Vault Crypto User also updates, backs up and decrypts. The client
// library reads the public key before it signs.
resource signer 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(group.id, 'consentinel-approval-signer')
  properties: {
    roleName: 'Consentinel approval signer ${suffix}'
    description: 'Signs approvals with a key of a key vault, and reads its public key.'
    type: 'CustomRole'
    assignableScopes: [
      group.id
    ]
    permissions: [
      {
        actions: []
        notActions: []
        dataActions: [
          'Microsoft.KeyVault/vaults/keys/read'
          'Microsoft.KeyVault/vaults/keys/sign/action'
        ]
        notDataActions: []
      }
    ]
  }
}

module roles 'app/roles.bicep' = {
  name: 'roles'
  scope: group
  params: {
    dataStorageName: dataStorage.outputs.name
    anchorContainerName: dataStorage.outputs.anchorContainerName
    keyVaultName: keyVault.outputs.name
    approvalKeyName: keyVault.outputs.approvalKeyName
    applicationInsightsName: monitoring.outputs.applicationInsightsName
    readerPrincipalId: identities.outputs.readerPrincipalId
    webPrincipalId: identities.outputs.webPrincipalId
    remediatorPrincipalId: identities.outputs.remediatorPrincipalId
    deployerPrincipalId: principalId
    signerRoleId: signer.id
  }
}

// What every app gets.
var shared = {
  dataStorageName: storageNames.data
  applicationInsightsName: monitoring.outputs.applicationInsightsName
  workspaceId: monitoring.outputs.workspaceId
  subnetId: network.?outputs.appSubnetId ?? ''
  instanceMemoryMB: instanceMemoryMB
  maximumInstances: maximumInstances
  allowedAddressRanges: addressRanges
  graphEndpoint: graphEndpoints[environment().name]
  settings: settings
}

module web 'app/web.bicep' = {
  name: 'web'
  scope: group
  params: {
    location: location
    tags: allTags
    name: '${abbreviations.functionApp}consentinel-web-${suffix}'
    planName: '${abbreviations.functionAppPlan}consentinel-web-${suffix}'
    identity: { id: identities.outputs.webId, clientId: identities.outputs.webClientId }
    hostStorage: { name: webStorage.outputs.name, container: webStorage.outputs.deploymentContainerName }
    shared: shared
    authClientId: authClientId
    approvalKeyId: keyVault.outputs.approvalKeyId
    approvalPublicKeys: approvalPublicKeys
    remediatorClientId: identities.outputs.remediatorClientId
  }
  dependsOn: [
    roles
    dataEndpoints
  ]
}

module scanner 'app/scanner.bicep' = {
  name: 'scanner'
  scope: group
  params: {
    location: location
    tags: allTags
    name: '${abbreviations.functionApp}consentinel-scanner-${suffix}'
    planName: '${abbreviations.functionAppPlan}consentinel-scanner-${suffix}'
    identity: { id: identities.outputs.readerId, clientId: identities.outputs.readerClientId }
    hostStorage: { name: scannerStorage.outputs.name, container: scannerStorage.outputs.deploymentContainerName }
    shared: shared
    keyVaultName: keyVault.outputs.name
    inventoryKeyName: keyVault.outputs.inventoryKeyName
    enableTeams: enableTeams
    enableSlack: enableSlack
    enableAlertWebhook: enableAlertWebhook
    enableAlertWebhookSecret: enableAlertWebhookSecret
    scanSchedule: scanSchedule
    anchorContainerUrl: empty(auditAnchorContainerUrl) ? dataStorage.outputs.anchorContainerUrl : auditAnchorContainerUrl
    publicUrl: empty(authClientId) ? '' : web.outputs.endpoint
  }
  dependsOn: [
    roles
    dataEndpoints
  ]
}

module remediator 'app/remediator.bicep' = if (enableRemediation) {
  name: 'remediator'
  scope: group
  params: {
    location: location
    tags: allTags
    name: '${abbreviations.functionApp}consentinel-remediator-${suffix}'
    planName: '${abbreviations.functionAppPlan}consentinel-remediator-${suffix}'
    identity: { id: identities.outputs.remediatorId, clientId: identities.outputs.remediatorClientId }
    hostStorage: {
      name: storageNames.remediator
      container: remediatorStorage.?outputs.deploymentContainerName ?? ''
    }
    shared: shared
    approvalPublicKeys: approvalPublicKeys
  }
  dependsOn: [
    roles
    dataEndpoints
  ]
}

module alerts 'app/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    location: location
    tags: allTags
    workspaceId: monitoring.outputs.workspaceId
    actionGroupName: '${abbreviations.actionGroup}consentinel-${suffix}'
    operatorEmail: operatorEmail
    deploymentContainerName: scannerStorage.outputs.deploymentContainerName
  }
}

module workbook 'app/workbook.bicep' = {
  name: 'workbook'
  scope: group
  params: {
    location: location
    tags: allTags
    applicationInsightsName: monitoring.outputs.applicationInsightsName
  }
}

output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output SERVICE_SCANNER_NAME string = scanner.outputs.name
output SERVICE_SCANNER_ENDPOINT string = scanner.outputs.endpoint
output SERVICE_WEB_NAME string = web.outputs.name
output SERVICE_WEB_ENDPOINT string = web.outputs.endpoint
output SERVICE_REMEDIATOR_NAME string = remediator.?outputs.name ?? ''
output KEY_VAULT_NAME string = keyVault.outputs.name
output APPROVAL_KEY_ID string = keyVault.outputs.approvalKeyId
output STORAGE_ACCOUNT_NAME string = dataStorage.outputs.name
output REMEDIATOR_STORAGE_ACCOUNT_NAME string = remediatorStorage.?outputs.name ?? ''
output AUDIT_ANCHOR_CONTAINER_NAME string = dataStorage.outputs.anchorContainerName
output LOG_ANALYTICS_WORKSPACE_ID string = monitoring.outputs.workspaceId
output READER_CLIENT_ID string = identities.outputs.readerClientId
output READER_PRINCIPAL_ID string = identities.outputs.readerPrincipalId
output WEB_PRINCIPAL_ID string = identities.outputs.webPrincipalId
output REMEDIATOR_PRINCIPAL_ID string = identities.outputs.remediatorPrincipalId
