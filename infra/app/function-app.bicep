// The app on Flex Consumption. It holds no secret: its identities access storage, Graph, Key Vault and Application
// Insights.
param location string
param tags object
param name string
param planName string
param storageName string
param deploymentContainerName string
param applicationInsightsName string
param keyVaultName string
param workspaceId string
param readerId string
param readerClientId string
param remediatorId string
param remediatorClientId string
param subnetId string
param instanceMemoryMB int
param authClientId string
param enableTeams bool
param enableSlack bool
param enableAlertWebhook bool
param enableAlertWebhookSecret bool
param scanSchedule string
param graphEndpoint string
param settings object

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: storageName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: keyVaultName
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: union({ '${readerId}': {} }, empty(remediatorId) ? {} : { '${remediatorId}': {} })
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: readerId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${account.properties.primaryEndpoints.blob}${deploymentContainerName}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: readerId
          }
        }
      }
      scaleAndConcurrency: {
        // The minimum of the platform. A lease lets one instance at a time scan a tenant.
        maximumInstanceCount: 40
        instanceMemoryMB: instanceMemoryMB
      }
      runtime: { name: 'node', version: '22' }
    }
  }
}

// Deployment and access with a password are off.
resource ftp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

resource scm 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

var hostSettings = {
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: readerClientId
  AzureWebJobsStorage__blobServiceUri: account.properties.primaryEndpoints.blob
  AzureWebJobsStorage__queueServiceUri: account.properties.primaryEndpoints.queue
  AzureWebJobsStorage__tableServiceUri: account.properties.primaryEndpoints.table
  // The review page is at the root of the site.
  AzureWebJobsDisableHomepage: 'true'
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${readerClientId};Authorization=AAD'
}
var ownSettings = {
  TENANT_ID: tenant().tenantId
  GRAPH_ENDPOINT: graphEndpoint
  SCAN_SCHEDULE: scanSchedule
  READER_CLIENT_ID: readerClientId
}
var remediatorSettings = empty(remediatorClientId) ? {} : { REMEDIATOR_CLIENT_ID: remediatorClientId }
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
// Without a sign-in the page is closed.
var pageSettings = empty(authClientId)
  ? {}
  : {
      PUBLIC_URL: 'https://${app.properties.defaultHostName}'
      // App Service authenticates to Entra with the identity instead of a client secret.
      OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: readerClientId
      WEBSITE_AUTH_AAD_ALLOWED_TENANTS: tenant().tenantId
    }
var givenSettings = toObject(filter(items(settings), item => !empty(item.value)), item => item.key, item => item.value)

resource appSettings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: app
  name: 'appsettings'
  properties: union(
    hostSettings,
    ownSettings,
    remediatorSettings,
    teamsSettings,
    slackSettings,
    webhookSettings,
    webhookSecretSettings,
    pageSettings,
    givenSettings
  )
}

resource auth 'Microsoft.Web/sites/config@2024-04-01' = if (!empty(authClientId)) {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    globalValidation: {
      requireAuthentication: true
      unauthenticatedClientAction: 'RedirectToLoginPage'
      redirectToProvider: 'azureactivedirectory'
      // A probe cannot sign in, and the function `health` returns nothing about the tenant. All other paths require a
      // sign-in.
      excludedPaths: [
        '/api/health'
      ]
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: authClientId
          clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: {
          allowedAudiences: [
            authClientId
          ]
          defaultAuthorizationPolicy: {
            allowedApplications: [
              authClientId
            ]
          }
        }
      }
    }
    login: {
      // The page needs no tokens of its users: App Service stores none.
      tokenStore: { enabled: false }
    }
    httpSettings: { requireHttps: true }
  }
  dependsOn: [
    appSettings
  ]
}

resource metrics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'metrics'
  scope: app
  properties: {
    workspaceId: workspaceId
    metrics: [
      { category: 'AllMetrics', enabled: true }
    ]
  }
}

output name string = app.name
output endpoint string = 'https://${app.properties.defaultHostName}'
