// Holds the secret addresses of webhooks, because the address of a channel lets its holder post to it, and the key that
// signs approvals. The key cannot be exported.
param location string
param tags object
param name string
param workspaceId string

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enablePurgeProtection: true
    softDeleteRetentionInDays: 90
  }
}

// A second deployment leaves an existing key as it is. Azure Resource Manager does not return the public key:
// scripts/pin-approval-key.sh reads it.
resource approvals 'Microsoft.KeyVault/vaults/keys@2023-07-01' = {
  parent: vault
  name: 'approvals'
  tags: tags
  properties: {
    kty: 'EC'
    curveName: 'P-256'
    keyOps: [
      'sign'
      'verify'
    ]
    attributes: {
      enabled: true
      exportable: false
    }
  }
}

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [
      { categoryGroup: 'audit', enabled: true }
    ]
  }
}

output name string = vault.name
output approvalKeyName string = approvals.name
output approvalKeyId string = approvals.properties.keyUriWithVersion
