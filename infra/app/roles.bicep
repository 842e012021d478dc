// The Azure roles of the identities on what the apps share. The storage account of each app has its own: see
// host-storage.bicep.
param dataStorageName string
param anchorContainerName string
param keyVaultName string
param approvalKeyName string
param applicationInsightsName string
param readerPrincipalId string
param webPrincipalId string
param deployerPrincipalId string

@description('Empty: no remediator.')
param remediatorPrincipalId string

@description('The role that reads the public key and signs, and nothing else.')
param signerRoleId string

var roles = {
  blobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  queueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  queueDataMessageSender: 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a'
  tableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
  keyVaultReader: '21090545-7ca7-4776-b22c-e363652d74d2'
  keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6'
  keyVaultSecretsOfficer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
}
// Each app creates, reads and writes tables, and sends telemetry.
var appPrincipals = concat(
  [
    readerPrincipalId
    webPrincipalId
  ],
  empty(remediatorPrincipalId) ? [] : [ remediatorPrincipalId ]
)
// The remediator processes its own queue, and its host moves messages to the poison queue.
var remediatorQueues = empty(remediatorPrincipalId)
  ? []
  : [
      'remediations'
      'remediations-poison'
    ]
// The deployer sets the addresses of webhooks and reads the public key.
var deployerRoles = empty(deployerPrincipalId)
  ? []
  : [
      roles.keyVaultSecretsOfficer
      roles.keyVaultReader
    ]

resource data 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: dataStorageName
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' existing = {
  parent: data
  name: 'default'
}

resource anchors 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' existing = {
  parent: blobs
  name: anchorContainerName
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices@2025-06-01' existing = {
  parent: data
  name: 'default'
}

resource ofRemediator 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' existing = [for queueName in remediatorQueues: {
  parent: queues
  name: queueName
}]

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: keyVaultName
}

resource approvalKey 'Microsoft.KeyVault/vaults/keys@2024-11-01' existing = {
  parent: vault
  name: approvalKeyName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource appsOnTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for appPrincipal in appPrincipals: {
  name: guid(data.id, appPrincipal, roles.tableDataContributor)
  scope: data
  properties: {
    principalId: appPrincipal
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.tableDataContributor)
  }
}]

resource appsOnInsights 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for appPrincipal in appPrincipals: {
  name: guid(insights.id, appPrincipal, roles.monitoringMetricsPublisher)
  scope: insights
  properties: {
    principalId: appPrincipal
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.monitoringMetricsPublisher)
  }
}]

resource readerOnQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(data.id, readerPrincipalId, roles.queueDataContributor)
  scope: data
  properties: {
    principalId: readerPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.queueDataContributor)
  }
}

resource readerOnAnchors 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(anchors.id, readerPrincipalId, roles.blobDataContributor)
  scope: anchors
  properties: {
    principalId: readerPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobDataContributor)
  }
}

resource readerOnVault 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, readerPrincipalId, roles.keyVaultSecretsUser)
  scope: vault
  properties: {
    principalId: readerPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsUser)
  }
}

resource webOnQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(data.id, webPrincipalId, roles.queueDataMessageSender)
  scope: data
  properties: {
    principalId: webPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.queueDataMessageSender)
  }
}

resource webSigns 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(approvalKey.id, webPrincipalId, signerRoleId)
  scope: approvalKey
  properties: {
    principalId: webPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: signerRoleId
  }
}

resource remediatorOnQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (queueName, i) in remediatorQueues: {
  name: guid(data.id, queueName, remediatorPrincipalId, roles.queueDataContributor)
  scope: ofRemediator[i]
  properties: {
    principalId: remediatorPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.queueDataContributor)
  }
}]

resource deployerOnVault 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in deployerRoles: {
  name: guid(vault.id, deployerPrincipalId, role)
  scope: vault
  properties: {
    principalId: deployerPrincipalId
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
  }
}]
