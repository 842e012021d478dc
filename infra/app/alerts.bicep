// Alerts about the product itself, for operators. The queries read the lines that the functions log, one JSON object
// per line, and the logs of the storage accounts. A window is longer than the time between two evaluations, so that lines
// that arrive late count.
param location string
param tags object
param workspaceId string
param actionGroupName string
param operatorEmail string

@description('The container with the package, in the storage account of each app.')
param deploymentContainerName string

@description('Retries of Graph in one scan that call for a look.')
param manyRetries int = 100

var rules = [
  {
    name: 'consentinel-no-complete-scan'
    displayName: 'Consentinel: a tenant without a complete scan for 26 hours'
    description: 'Later changes in the directory are unknown. See docs/operate.md, No complete scan.'
    severity: 1
    every: 'PT1H'
    window: 'P1D'
    // Azure Monitor offers no window of 26 hours, and no row for a tenant without lines: the query handles both. It
    // reports a tenant after the time of the longest possible scan. The end that the line states counts, not the time of
    // the line: a line that is written again does not prolong anything.
    range: 'P2D'
    query: '''
let Lines = AppTraces
| where Message contains '"event":"scan-requested"' or Message contains '"event":"scan-finished"'
| extend Tenant = extract('"tenantId":"([^"]+)"', 1, Message)
| where isnotempty(Tenant)
| extend Finished = todatetime(extract('"finishedAt":"([^"]+)"', 1, Message))
| extend Complete = Finished between (ago(26h) .. now(1h)) and Message contains '"event":"scan-finished"' and Message contains '"status":"complete"';
Lines
| summarize Complete = countif(Complete), Since = min(TimeGenerated) by Tenant
| where Complete == 0 and Since < ago(4h)
| project Tenant
| union (Lines | summarize Seen = count() | where Seen == 0 | project Tenant = 'none was scanned or asked for')
'''
    splitBy: 'Tenant'
  }
  {
    name: 'consentinel-poison-messages'
    displayName: 'Consentinel: a message was given up'
    description: 'A message failed every time it was tried. See docs/operate.md, Poison messages.'
    severity: 2
    every: 'PT15M'
    window: 'PT1H'
    range: ''
    query: '''
union isfuzzy=true
  (StorageQueueLogs | where OperationName == 'PutMessage' and Uri contains '-poison/'),
  (AppTraces | where Message contains '"event":"given-up"')
'''
    splitBy: ''
  }
  {
    name: 'consentinel-failed-remediations'
    displayName: 'Consentinel: a remediation failed'
    description: 'An approved change could not be made, or does not show. See docs/operate.md, Failed remediation.'
    severity: 2
    every: 'PT15M'
    window: 'PT1H'
    range: ''
    query: '''
AppTraces
| where Message contains '"event":"remediation"' and Message contains '"status":"failed"'
'''
    splitBy: ''
  }
  {
    name: 'consentinel-failing-app'
    displayName: 'Consentinel: an app fails every time it runs'
    description: 'A setting, a role or the package of one of the apps is wrong. See docs/operate.md, Failing app.'
    severity: 2
    every: 'PT15M'
    window: 'PT1H'
    range: ''
    query: '''
AppRequests
| summarize Failed = countif(Success == false), Runs = count() by App = AppRoleName
| where Failed == Runs and Runs >= 3
| project App
'''
    splitBy: 'App'
  }
  {
    name: 'consentinel-package-changed'
    displayName: 'Consentinel: the package of an app was written'
    description: 'A deployment does this. Without a deployment, an unknown actor has replaced the code. See docs/operate.md, Package changed.'
    severity: 1
    every: 'PT15M'
    window: 'PT1H'
    range: ''
    query: '''
StorageBlobLogs
| where Category in ('StorageWrite', 'StorageDelete') and Uri contains '/CONTAINER'
| project AccountName
'''
    splitBy: 'AccountName'
  }
  {
    name: 'consentinel-throttling'
    displayName: 'Consentinel: Microsoft Graph slows scans down'
    description: 'Scans take longer, and may end incomplete. See docs/operate.md, Throttling.'
    severity: 3
    every: 'PT1H'
    window: 'P1D'
    range: ''
    query: '''
AppTraces
| where Message contains '"event":"scan-finished"'
| extend Retries = toint(extract('"retries":([0-9]+)', 1, Message))
| where Retries >= MANY
'''
    splitBy: ''
  }
]

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: actionGroupName
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'consentinel'
    enabled: true
    emailReceivers: empty(operatorEmail)
      ? []
      : [
          { name: 'operator', emailAddress: operatorEmail, useCommonAlertSchema: true }
        ]
  }
}

resource alertRules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for rule in rules: {
  name: rule.name
  location: location
  tags: tags
  properties: {
    displayName: rule.displayName
    description: rule.description
    severity: rule.severity
    enabled: true
    evaluationFrequency: rule.every
    windowSize: rule.window
    overrideQueryTimeRange: empty(rule.range) ? null : rule.range
    scopes: [
      workspaceId
    ]
    // The first logged line creates the tables, after this rule exists.
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: replace(replace(rule.query, 'MANY', string(manyRetries)), 'CONTAINER', deploymentContainerName)
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          // One alert per value. It names the value and resolves itself.
          dimensions: empty(rule.splitBy)
            ? []
            : [
                { name: rule.splitBy, operator: 'Include', values: ['*'] }
              ]
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    autoMitigate: true
    actions: {
      actionGroups: [
        actionGroup.id
      ]
    }
  }
}]
