// The operator's view of the scans, from the traces and metrics that the program sends and the lines that the functions
// log.
param location string
param tags object
param applicationInsightsName string

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(insights.id, 'consentinel')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Consentinel'
    category: 'workbook'
    version: 'Notebook/1.0'
    sourceId: insights.id
    serializedData: loadTextContent('workbook.json')
  }
}
