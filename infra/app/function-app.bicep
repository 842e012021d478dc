// One app on Flex Consumption. It holds no secret: its identity accesses storage, Graph, Key Vault and Application
// Insights. scanner.bicep, web.bicep and remediator.bicep say what differs.
param location string
param tags object
param name string
param planName string
param identityId string
param clientId string
param hostStorageName string
param deploymentContainerName string
param dataStorageName string
param applicationInsightsName string
param workspaceId string
param subnetId string
param instanceMemoryMB int
param maximumInstances int

@description('Address ranges that may access the site. Empty: all of them, or none with private networking.')
param allowedAddressRanges array

param graphEndpoint string

@description('Settings of this app only.')
param ownSettings object

@description('Optional settings by their name in docs/settings.md; an empty one counts as not set.')
param settings object

@description('Client id of the app registration that users sign in with. Empty: no sign-in.')
param authClientId string = ''

resource host 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: hostStorageName
}

resource data 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: dataStorageName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: empty(subnetId) || !empty(allowedAddressRanges) ? 'Enabled' : 'Disabled'
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      http20Enabled: true
      ipSecurityRestrictions: [
        for (range, i) in allowedAddressRanges: {
          name: 'allowed-${i}'
          priority: 100 + i
          action: 'Allow'
          ipAddress: range
        }
      ]
      ipSecurityRestrictionsDefaultAction: empty(allowedAddressRanges) ? 'Allow' : 'Deny'
      // The address that deployments use has the same rules.
      scmIpSecurityRestrictionsUseMain: true
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${host.properties.primaryEndpoints.blob}${deploymentContainerName}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        // A lease lets one instance at a time scan a tenant.
        maximumInstanceCount: maximumInstances
        instanceMemoryMB: instanceMemoryMB
      }
      runtime: { name: 'node', version: '22' }
    }
  }
}

// Deployment and access with a password are off.
resource ftp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

resource scm 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

var hostSettings = {
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: clientId
  AzureWebJobsStorage__blobServiceUri: host.properties.primaryEndpoints.blob
  AzureWebJobsStorage__queueServiceUri: host.properties.primaryEndpoints.queue
  AzureWebJobsStorage__tableServiceUri: host.properties.primaryEndpoints.table
  // The review page is at the root of its site, and the other apps have no home page.
  AzureWebJobsDisableHomepage: 'true'
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${clientId};Authorization=AAD'
}
var dataSettings = {
  ConsentinelStorage__credential: 'managedidentity'
  ConsentinelStorage__clientId: clientId
  ConsentinelStorage__queueServiceUri: data.properties.primaryEndpoints.queue
  ConsentinelStorage__tableServiceUri: data.properties.primaryEndpoints.table
}
var tenantSettings = {
  TENANT_ID: tenant().tenantId
  GRAPH_ENDPOINT: graphEndpoint
}
// Without a sign-in the page is closed.
var pageSettings = empty(authClientId)
  ? {}
  : {
      PUBLIC_URL: 'https://${app.properties.defaultHostName}'
      // App Service authenticates to Entra with the identity instead of a client secret.
      OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: clientId
      WEBSITE_AUTH_AAD_ALLOWED_TENANTS: tenant().tenantId
    }
var givenSettings = toObject(filter(items(settings), item => !empty(item.value)), item => item.key, item => item.value)

resource appSettings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: union(hostSettings, dataSettings, tenantSettings, pageSettings, givenSettings, ownSettings)
}

var azureCliAppId = '04b07795-8ddb-461a-bbee-02f9e1bf7b46'

resource auth 'Microsoft.Web/sites/config@2025-03-01' = if (!empty(authClientId)) {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    globalValidation: {
      requireAuthentication: true
      unauthenticatedClientAction: 'RedirectToLoginPage'
      redirectToProvider: 'azureactivedirectory'
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
              // The Azure CLI: the command line decides through the web app.
              azureCliAppId
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

output id string = app.id
output name string = app.name
output endpoint string = 'https://${app.properties.defaultHostName}'
