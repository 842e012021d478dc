// Optional: the storage accounts behind private endpoints, and the apps inside the network.
param location string
param tags object
param name string
param subnetPrefix string
param endpointPrefix string
param storageNames array

var services = [
  'blob'
  'queue'
  'table'
]
var targets = flatten(map(storageNames, storageName => map(services, service => { account: storageName, service: service })))

resource network 'Microsoft.Network/virtualNetworks@2023-11-01' = {
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

resource zones 'Microsoft.Network/privateDnsZones@2020-06-01' = [for service in services: {
  name: 'privatelink.${service}.${environment().suffixes.storage}'
  location: 'global'
  tags: tags
}]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01' = [for (service, i) in services: {
  parent: zones[i]
  name: name
  location: 'global'
  tags: tags
  properties: {
    registrationEnabled: false
    virtualNetwork: { id: network.id }
  }
}]

resource endpoints 'Microsoft.Network/privateEndpoints@2023-11-01' = [for target in targets: {
  name: '${endpointPrefix}${target.account}-${target.service}'
  location: location
  tags: tags
  properties: {
    subnet: { id: network.properties.subnets[1].id }
    privateLinkServiceConnections: [
      {
        name: target.service
        properties: {
          privateLinkServiceId: resourceId('Microsoft.Storage/storageAccounts', target.account)
          groupIds: [ target.service ]
        }
      }
    ]
  }
}]

resource records 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2023-11-01' = [for (target, i) in targets: {
  parent: endpoints[i]
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      { name: target.service, properties: { privateDnsZoneId: zones[indexOf(services, target.service)].id } }
    ]
  }
}]

output appSubnetId string = network.properties.subnets[0].id
