// Holds the secret addresses of webhooks, because the address of a channel lets its holder post to it, the key that
// authenticates the checkpoints of scans, and the key that signs approvals. The last one cannot be exported.
param location string
param tags object
param name string
param workspaceId string
param enablePublicAccess bool

@description('Address ranges that may access the vault besides the network. Empty: all of them, or none with private networking.')
param allowedAddressRanges array

@description('Recovers the deleted vault of this name, for one deployment.')
param recover bool

@description('Key of the checkpoints, at least 32 random bytes in base64.')
@secure()
param inventoryKey string

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    createMode: recover ? 'recover' : 'default'
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enablePurgeProtection: true
    softDeleteRetentionInDays: 90
    publicNetworkAccess: enablePublicAccess || !empty(allowedAddressRanges) ? 'Enabled' : 'Disabled'
    networkAcls: {
      // Azure Resource Manager creates the key.
      bypass: 'AzureServices'
      defaultAction: enablePublicAccess ? 'Allow' : 'Deny'
      ipRules: [
        for range in (enablePublicAccess ? [] : allowedAddressRanges): {
          value: range
        }
      ]
    }
  }
}

// A second deployment leaves an existing key as it is. Azure Resource Manager does not return the public key:
// scripts/pin-approval-key.sh reads it.
resource approvals 'Microsoft.KeyVault/vaults/keys@2024-11-01' = {
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

// The scanner alone gets it. A new version costs one full listing.
resource inventory 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {
  parent: vault
  name: 'inventory-key'
  tags: tags
  properties: {
    value: inventoryKey
    contentType: 'base64'
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

output id string = vault.id
output name string = vault.name
output inventoryKeyName string = inventory.name
output approvalKeyName string = approvals.name
output approvalKeyId string = approvals.properties.keyUriWithVersion
