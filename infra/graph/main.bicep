// Optional and separate: the consents and the sign-in, with the Microsoft Graph extension of Bicep.
// scripts/grant-permissions.sh makes the same calls one by one. The deployer must be a Privileged Role Administrator.
// Microsoft offers this extension in the public cloud only.
extension microsoftGraphV1

@description('Object id of the identity that reads: the output READER_PRINCIPAL_ID.')
param readerPrincipalId string

@description('Object id of the identity that writes: the output REMEDIATOR_PRINCIPAL_ID. Empty: the product only reads.')
param remediatorPrincipalId string = ''

@description('Object id of the identity of the web app: the output WEB_PRINCIPAL_ID.')
param webPrincipalId string

@description('True where ADMIN_CONSENT_REVIEWERS enables the remedy of the admin consent workflow.')
param enableAdminConsentReviewers bool = false

@description('Address of the web app: the output SERVICE_WEB_ENDPOINT. Empty: no app registration for the review page.')
param endpoint string = ''

@description('Tells app registrations of several environments apart.')
param environmentName string

@description('Makes the app that reads several tenants. Leave it out where there is one tenant.')
param enableManyTenants bool = false

@description('Lets users of the Azure CLI decide through the review page. Set it to true in a second deployment: Graph accepts a client only after the request that adds the scope.')
param allowAzureCli bool = false

var roles = loadJsonContent('../graph-roles.json')
var appRoles = loadJsonContent('../app-roles.json')
var pageApi = loadJsonContent('../page-api.json')
var azureCliAppId = '04b07795-8ddb-461a-bbee-02f9e1bf7b46'
var enabledRemediatorRoles = concat(
  roles.remediator,
  enableAdminConsentReviewers ? roles.remediatorWithReviewers : []
)
var remediatorRoles = empty(remediatorPrincipalId) ? [] : enabledRemediatorRoles
var manyTenantsRoles = enableManyTenants ? roles.reader : []

resource graph 'Microsoft.Graph/servicePrincipals@v1.0' existing = {
  appId: '00000003-0000-0000-c000-000000000000'
}

// The first consent: the reader may read the directory.
resource mayRead 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [for role in roles.reader: {
  resourceId: graph.id
  principalId: readerPrincipalId
  appRoleId: filter(graph.appRoles, appRole => appRole.value == role)[0].id
}]

// The web app reads for `diagnose` on the page, and the owners of an app.
resource webMayRead 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [for role in roles.web: {
  resourceId: graph.id
  principalId: webPrincipalId
  appRoleId: filter(graph.appRoles, appRole => appRole.value == role)[0].id
}]

// The second consent: only the remediator may write.
resource mayWrite 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [for role in remediatorRoles: {
  resourceId: graph.id
  principalId: remediatorPrincipalId
  appRoleId: filter(graph.appRoles, appRole => appRole.value == role)[0].id
}]

resource page 'Microsoft.Graph/applications@v1.0' = if (!empty(endpoint)) {
  uniqueName: 'consentinel-${environmentName}'
  displayName: 'Consentinel (${environmentName})'
  signInAudience: 'AzureADMyOrg'
  appRoles: appRoles
  api: {
    requestedAccessTokenVersion: pageApi.requestedAccessTokenVersion
    oauth2PermissionScopes: pageApi.oauth2PermissionScopes
    preAuthorizedApplications: allowAzureCli
      ? [
          { appId: azureCliAppId, delegatedPermissionIds: [pageApi.oauth2PermissionScopes[0].id] }
        ]
      : []
  }
  web: {
    redirectUris: [
      '${endpoint}/.auth/login/aad/callback'
    ]
    implicitGrantSettings: { enableIdTokenIssuance: true }
  }
}

// Instead of a client secret: a token of the identity of the web app proves that it is the app.
resource trust 'Microsoft.Graph/applications/federatedIdentityCredentials@v1.0' = if (!empty(endpoint)) {
  name: '${page!.uniqueName}/app-service'
  issuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
  subject: webPrincipalId
  audiences: [
    'api://AzureADTokenExchange'
  ]
}

// Only users with a role may sign in.
resource principal 'Microsoft.Graph/servicePrincipals@v1.0' = if (!empty(endpoint)) {
  appId: page!.appId
  appRoleAssignmentRequired: true
}

// The app that reads several tenants: it requests the permissions of the reader, and each tenant consents to it.
resource tenantsApp 'Microsoft.Graph/applications@v1.0' = if (enableManyTenants) {
  uniqueName: 'consentinel-tenants-${environmentName}'
  displayName: 'Consentinel (${environmentName})'
  signInAudience: 'AzureADMultipleOrgs'
  requiredResourceAccess: [
    {
      resourceAppId: graph.appId
      resourceAccess: map(roles.reader, role => {
        id: filter(graph.appRoles, appRole => appRole.value == role)[0].id
        type: 'Role'
      })
    }
  ]
  // The page after a consent.
  web: {
    redirectUris: [
      'https://entra.microsoft.com/'
    ]
  }
}

// Instead of a client secret: a token of the reader identity proves that it is the app.
resource tenantsTrust 'Microsoft.Graph/applications/federatedIdentityCredentials@v1.0' = if (enableManyTenants) {
  name: '${tenantsApp!.uniqueName}/reader'
  issuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
  subject: readerPrincipalId
  audiences: [
    'api://AzureADTokenExchange'
  ]
}

// The page diagnoses in every tenant.
resource tenantsTrustWeb 'Microsoft.Graph/applications/federatedIdentityCredentials@v1.0' = if (enableManyTenants) {
  name: '${tenantsApp!.uniqueName}/web'
  issuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
  subject: webPrincipalId
  audiences: [
    'api://AzureADTokenExchange'
  ]
  // Two credentials of one application cannot be written at the same time.
  dependsOn: [
    tenantsTrust
  ]
}

resource tenantsPrincipal 'Microsoft.Graph/servicePrincipals@v1.0' = if (enableManyTenants) {
  appId: tenantsApp!.appId
  appRoleAssignmentRequired: true
}

// The consent of the home tenant. The other tenants consent themselves: docs/many-tenants.md.
resource tenantsMayRead 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [for role in manyTenantsRoles: {
  resourceId: graph.id
  principalId: tenantsPrincipal!.id
  appRoleId: filter(graph.appRoles, appRole => appRole.value == role)[0].id
}]

output AUTH_CLIENT_ID string = empty(endpoint) ? '' : page!.appId
output MULTI_TENANT_CLIENT_ID string = enableManyTenants ? tenantsApp!.appId : ''
