// Parses the queries of the alert rules, of the workbook and of the documentation with Microsoft's parser of KQL, and checks
// each table, column and function. It exits 1 with the faults. With --query it checks given texts
// instead.
//
//   node scripts/kql.js [--query 'AppTraces | take 1']

import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';

// The parser is compiled from C# for browsers.
globalThis.window = globalThis;
const require = createRequire(import.meta.url);
require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');
const { GlobalState, KustoCode, Symbols } = globalThis.Kusto.Language;

// The columns that queries may read. Source: Azure Monitor reference, tables of Log Analytics (AppTraces, AppRequests,
// AppExceptions, StorageQueueLogs, StorageBlobLogs), and of a workbook of Application Insights (requests, ...).
const ofItem =
  'timestamp:datetime, name:string, customDimensions:dynamic, operation_Id:string, operation_Name:string, cloud_RoleName:string';
const ofApp =
  'TimeGenerated:datetime, AppRoleName:string, OperationName:string, OperationId:string, Properties:dynamic';
const ofStorage =
  'TimeGenerated:datetime, AccountName:string, Category:string, OperationName:string, Uri:string, StatusCode:string, StatusText:string, AuthenticationType:string, RequesterObjectId:string, RequesterAppId:string, CallerIpAddress:string, UserAgentHeader:string';
const tables = {
  AppTraces: `${ofApp}, Message:string, SeverityLevel:int`,
  AppRequests: `${ofApp}, Success:bool, DurationMs:real, ResultCode:string`,
  AppExceptions: `${ofApp}, OuterMessage:string, ExceptionType:string, SeverityLevel:int`,
  StorageQueueLogs: ofStorage,
  StorageBlobLogs: ofStorage,
  requests: `${ofItem}, success:bool, duration:real, resultCode:string`,
  dependencies: `${ofItem}, success:bool, duration:real`,
  traces: `${ofItem}, message:string, severityLevel:int`,
  customMetrics: `${ofItem}, value:real, valueSum:real, valueCount:int, valueMin:real, valueMax:real`,
};
const symbols = Object.entries(tables).map(
  ([name, columns]) => new Symbols.TableSymbol.$ctor7(name, `(${columns})`, null),
);
const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.$ctor1('logs', symbols, false));

/** The faults of a query, each with its text. */
function faultsOf(query) {
  const found = KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics();
  const all = Array.from({ length: found.Count }, (_, at) => found.getItem(at));
  return all.map(({ Message, Start, Length }) => `${Message} (${query.slice(Start, Start + Length).slice(0, 60)})`);
}

/** The queries of the repository, with their place. */
function* queries() {
  const alerts = readFileSync('infra/app/alerts.bicep', 'utf8');
  for (const [, query] of alerts.matchAll(/query: '''\r?\n([\s\S]*?)'''/g))
    yield ['infra/app/alerts.bicep', query.replace('MANY', '100').replace('CONTAINER', 'packages')];
  const { items } = JSON.parse(readFileSync('infra/app/workbook.json', 'utf8'));
  for (const { name, content } of items) if (content.query) yield [`infra/app/workbook.json, ${name}`, content.query];
  for (const file of readdirSync('docs').filter((one) => one.endsWith('.md'))) {
    const page = readFileSync(path.join('docs', file), 'utf8');
    for (const [, query] of page.matchAll(/^```kusto\r?\n([\s\S]*?)^```/gm)) yield [`docs/${file}`, query];
  }
}

const { values } = parseArgs({ options: { query: { type: 'string', multiple: true } } });
const checked = values.query ? values.query.map((query) => ['--query', query]) : [...queries()];
const faults = checked.flatMap(([place, query]) => faultsOf(query).map((fault) => `${place}: ${fault}`));
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
else console.log(`${checked.length} queries: no faults.`);
