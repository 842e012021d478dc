// Optional: the network of the apps and of the private endpoints.
param location string
param tags object
param name string
param subnetPrefix string

var zoneNames = [
  { kind: 'blob', name: 'privatelink.blob.${environment().suffixes.storage}' }
  { kind: 'queue', name: 'privatelink.queue.${environment().suffixes.storage}' }
  { kind: 'table', name: 'privatelink.table.${environment().suffixes.storage}' }
  // .vault.azure.net becomes privatelink.vaultcore.azure.net, in every cloud.
  { kind: 'vault', name: 'privatelink${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}' }
  { kind: 'sites', name: 'privatelink.${siteDomains[environment().name]}' }
]
var siteDomains = {
  AzureCloud: 'azurewebsites.net'
  AzureUSGovernment: 'azurewebsites.us'
  AzureChinaCloud: 'chinacloudsites.cn'
}

resource network 'Microsoft.Network/virtualNetworks@2025-01-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [ '10.70.0.0/24' ] }
    subnets: [
      {
        name: '${subnetPrefix}app'
        properties: {
          addressPrefix: '10.70.0.0/26'
          // Flex Consumption requires this delegation. Its apps can share the subnet.
          delegations: [
            { name: 'app', properties: { serviceName: 'Microsoft.App/environments' } }
          ]
        }
      }
      {
        name: '${subnetPrefix}endpoints'
        properties: {
          addressPrefix: '10.70.0.64/26'
          privateEndpointNetworkPolicies: 'Disabled'
        }
      }
    ]
  }
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [for zone in zoneNames: {
  name: zone.name
  location: 'global'
  tags: tags
}]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [for (zone, i) in zoneNames: {
  parent: zones[i]
  name: name
  location: 'global'
  tags: tags
  properties: {
    registrationEnabled: false
    virtualNetwork: { id: network.id }
  }
}]

output appSubnetId string = network.properties.subnets[0].id
output endpointSubnetId string = network.properties.subnets[1].id

@description('By kind of endpoint: blob, queue, table, vault and sites.')
output zoneIds object = toObject(zoneNames, zone => zone.kind, zone => resourceId('Microsoft.Network/privateDnsZones', zone.name))
