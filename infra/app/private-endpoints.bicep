// Private endpoints of resources in the network, with their names in its private DNS zones.
param location string
param tags object
param prefix string
param subnetId string

@description('For each endpoint: the id and the name of the resource, and the kind of endpoint.')
param targets array

@description('The private DNS zone of each kind.')
param zoneIds object

// The kind `sites` of an app is its site and the address that deployments use.
resource endpoints 'Microsoft.Network/privateEndpoints@2025-01-01' = [for target in targets: {
  name: '${prefix}${target.name}-${target.kind}'
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      {
        name: target.kind
        properties: {
          privateLinkServiceId: target.id
          groupIds: [ target.kind ]
        }
      }
    ]
  }
}]

resource records 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-01-01' = [for (target, i) in targets: {
  parent: endpoints[i]
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      { name: target.kind, properties: { privateDnsZoneId: zoneIds[target.kind] } }
    ]
  }
}]
