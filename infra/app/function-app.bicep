// The app on Flex Consumption. It holds no secret: storage, Graph, Key Vault and Application Insights are reached
// with its identities.
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
        // The floor of the platform. A tenant is scanned by one instance at a time whatever it says: a lease sees to that.
        maximumInstanceCount: 40
        instanceMemoryMB: instanceMemoryMB
      }
      runtime: { name: 'node', version: '22' }
    }
  }
}

// Nobody deploys or looks in with a password.
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
  // The root of the site is the review page's.
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
// The page exists for people only where they can sign in.
var pageSettings = empty(authClientId)
  ? {}
  : {
      PUBLIC_URL: 'https://${app.properties.defaultHostName}'
      // App Service proves itself to Entra with the identity instead of a client secret.
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
      // A probe cannot sign in. The function `health` tells nothing of the tenant; every other path asks who it is.
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
      // Nobody needs the tokens of those who sign in: none is kept.
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
