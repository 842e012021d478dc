targetScope = 'subscription'

@description('Name of the environment: it becomes part of every resource name.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Region of all resources; it must offer Flex Consumption.')
@minLength(1)
param location string

@description('Object id of who deploys: may set the secrets of the key vault. Empty: nobody is given that right.')
param principalId string = ''

@description('Tags on every resource, besides azd-env-name.')
param tags object = {}

@description('Makes the second identity, the only one that may ever write to the directory. Without it the product only reads.')
param enableRemediation bool = false

@description('Client id of the app registration that people sign in to the review page with. Empty: the page stays closed.')
param authClientId string = ''

@description('Keeps the storage account off the internet, behind private endpoints.')
param enablePrivateNetworking bool = false

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
var functionAppName = '${abbreviations.functionApp}consentinel-${suffix}'
var graphEndpoints = {
  AzureCloud: 'https://graph.microsoft.com'
  AzureUSGovernment: 'https://graph.microsoft.us'
  AzureChinaCloud: 'https://microsoftgraph.chinacloudapi.cn'
}

resource group 'Microsoft.Resources/resourceGroups@2021-04-01' = {
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

module storage 'app/storage.bicep' = {
  name: 'storage'
  scope: group
  params: {
    location: location
    tags: allTags
    name: '${abbreviations.storageAccount}${suffix}'
    workspaceId: monitoring.outputs.workspaceId
    redundancy: storageRedundancy
    enablePublicAccess: !enablePrivateNetworking
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
    endpointPrefix: abbreviations.privateEndpoint
    storageName: storage.outputs.name
  }
}

module roles 'app/roles.bicep' = {
  name: 'roles'
  scope: group
  params: {
    storageName: storage.outputs.name
    keyVaultName: keyVault.outputs.name
    applicationInsightsName: monitoring.outputs.applicationInsightsName
    readerPrincipalId: identities.outputs.readerPrincipalId
    deployerPrincipalId: principalId
  }
}

module functionApp 'app/function-app.bicep' = {
  name: 'function-app'
  scope: group
  params: {
    location: location
    tags: union(allTags, { 'azd-service-name': 'api' })
    name: functionAppName
    planName: '${abbreviations.functionAppPlan}consentinel-${suffix}'
    storageName: storage.outputs.name
    deploymentContainerName: storage.outputs.deploymentContainerName
    applicationInsightsName: monitoring.outputs.applicationInsightsName
    keyVaultName: keyVault.outputs.name
    workspaceId: monitoring.outputs.workspaceId
    readerId: identities.outputs.readerId
    readerClientId: identities.outputs.readerClientId
    remediatorId: identities.outputs.remediatorId
    remediatorClientId: identities.outputs.remediatorClientId
    subnetId: enablePrivateNetworking ? network.outputs.appSubnetId : ''
    instanceMemoryMB: instanceMemoryMB
    authClientId: authClientId
    enableTeams: enableTeams
    enableSlack: enableSlack
    enableAlertWebhook: enableAlertWebhook
    enableAlertWebhookSecret: enableAlertWebhookSecret
    scanSchedule: scanSchedule
    graphEndpoint: graphEndpoints[environment().name]
    settings: settings
  }
  dependsOn: [
    roles
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
output SERVICE_API_NAME string = functionApp.outputs.name
output SERVICE_API_ENDPOINT string = functionApp.outputs.endpoint
output KEY_VAULT_NAME string = keyVault.outputs.name
output STORAGE_ACCOUNT_NAME string = storage.outputs.name
output LOG_ANALYTICS_WORKSPACE_ID string = monitoring.outputs.workspaceId
output READER_CLIENT_ID string = identities.outputs.readerClientId
output READER_PRINCIPAL_ID string = identities.outputs.readerPrincipalId
output REMEDIATOR_PRINCIPAL_ID string = identities.outputs.remediatorPrincipalId
