// The scanner: the timer, the queues scan-requests and alerts, and the health probe. Its identity reads the directory.
param location string
param tags object
param name string
param planName string
param identity object
param hostStorage object
param shared object
param keyVaultName string
param inventoryKeyName string
param enableTeams bool
param enableSlack bool
param enableAlertWebhook bool
param enableAlertWebhookSecret bool
param scanSchedule string
param anchorContainerUrl string
param publicUrl string

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: keyVaultName
}

var scanSettings = {
  READER_CLIENT_ID: identity.clientId
  SCAN_SCHEDULE: scanSchedule
  AUDIT_ANCHOR_CONTAINER_URL: anchorContainerUrl
  INVENTORY_KEY: '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/${inventoryKeyName})'
}
// Alerts link to the page.
var linkSettings = empty(publicUrl) ? {} : { PUBLIC_URL: publicUrl }
var teamsSettings = enableTeams
  ? { TEAMS_WEBHOOK_URL: '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/teams-webhook-url)' }
  : {}
var slackSettings = enableSlack
  ? { SLACK_WEBHOOK_URL: '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/slack-webhook-url)' }
  : {}
var webhookSettings = enableAlertWebhook
  ? { ALERT_WEBHOOK_URL: '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/alert-webhook-url)' }
  : {}
var webhookSecretSettings = enableAlertWebhookSecret
  ? { ALERT_WEBHOOK_SECRET: '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/alert-webhook-secret)' }
  : {}

module app 'function-app.bicep' = {
  name: 'scanner-app'
  params: {
    location: location
    tags: union(tags, { 'azd-service-name': 'scanner' })
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
    ownSettings: union(
      scanSettings,
      linkSettings,
      teamsSettings,
      slackSettings,
      webhookSettings,
      webhookSecretSettings
    )
  }
}

output id string = app.outputs.id
output name string = app.outputs.name
output endpoint string = app.outputs.endpoint
