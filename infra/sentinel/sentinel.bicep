// The table and the data collection rule of the Sentinel channel: docs/integrations/sentinel.md. Deploy it into the resource
// group of the Log Analytics workspace of Microsoft Sentinel. It is not a part of main.bicep.
@description('Name of the Log Analytics workspace of Microsoft Sentinel, in this resource group.')
param workspaceName string
@description('Location of the workspace: the rule must be in the same region.')
param location string = resourceGroup().location
@description('Object id of the service principal of the reader identity (READER_CLIENT_ID).')
param readerPrincipalId string
@description('Name of the data collection rule.')
param ruleName string = 'dcr-consentinel'

var tableName = 'Consentinel_CL'
var streamName = 'Custom-${tableName}'
var columns = loadJsonContent('table.json').properties.schema.columns
var monitoringMetricsPublisher = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  '3913510d-42f4-4e42-8a64-420c390055eb'
)

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = {
  name: workspaceName
}

resource table 'Microsoft.OperationalInsights/workspaces/tables@2022-10-01' = {
  parent: workspace
  name: tableName
  properties: {
    schema: {
      name: tableName
      columns: columns
    }
  }
}

// A rule of kind Direct has its own ingestion endpoint, so no data collection endpoint is necessary.
resource rule 'Microsoft.Insights/dataCollectionRules@2023-03-11' = {
  name: ruleName
  location: location
  kind: 'Direct'
  properties: {
    streamDeclarations: {
      '${streamName}': {
        columns: columns
      }
    }
    destinations: {
      logAnalytics: [
        {
          name: 'workspace'
          workspaceResourceId: workspace.id
        }
      ]
    }
    dataFlows: [
      {
        streams: [streamName]
        destinations: ['workspace']
        transformKql: 'source'
        outputStream: streamName
      }
    ]
  }
  dependsOn: [table]
}

// The identity may send to this rule and to no other.
resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: rule
  name: guid(rule.id, readerPrincipalId, monitoringMetricsPublisher)
  properties: {
    principalId: readerPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: monitoringMetricsPublisher
  }
}

@description('The value of SENTINEL_ENDPOINT.')
output SENTINEL_ENDPOINT string = rule.properties.endpoints.logsIngestion
@description('The value of SENTINEL_RULE_ID.')
output SENTINEL_RULE_ID string = rule.properties.immutableId
@description('The value of SENTINEL_STREAM.')
output SENTINEL_STREAM string = streamName
