import { tenantId } from '../../../support/diagnosed-tenant.js';
import {
  appId,
  appOnly,
  assertionOf,
  errorJson,
  graphDefault,
  mark,
  obo,
  type PastedFailureCase,
  pages,
  post,
  secret,
  v2,
} from './pasted-failure.js';

const har = (postData: object, body = '') =>
  JSON.stringify({
    log: {
      version: '1.2',
      entries: [
        {
          request: { method: 'GET', url: 'https://portal.woodgrove.example/', headers: [] },
          response: { status: 200 },
        },
        {
          request: { method: 'POST', url: v2, headers: [{ name: 'Cookie', value: `${mark}cookie` }], postData },
          response: { status: 400, content: { mimeType: 'application/json', text: body } },
        },
      ],
    },
  });
const powershell = (
  fields: string,
  tail = `Invoke-RestMethod -Method Post -Uri "https://login.microsoftonline.com/$tenantId/oauth2/v2.0/token" -Body $body`,
) => `$tenantId = "${tenantId}"\n$body = @{\n${fields}\n}\n${tail}`;

/** The same failures in every format that people paste. */
export const formats: readonly PastedFailureCase[] = [
  {
    name: 'HAR with the text of the body',
    text: har({ mimeType: 'application/x-www-form-urlencoded', text: obo({ requested_token_use: undefined }) }),
    ...{ cause: 'request', verdict: '900144', says: /requested_token_use/, source: pages.har },
  },
  {
    name: 'HAR with parameters and the answer',
    text: har(
      { params: [...new URLSearchParams(obo({ scope: 'Mail.Read' }))].map(([name, value]) => ({ name, value })) },
      errorJson('65001', 'The user or administrator has not consented to use the application.'),
    ),
    ...{ cause: 'consent', verdict: '65001', says: /Mail\.Read is not granted/, source: pages.har },
  },
  {
    name: 'PowerShell hashtable',
    text: powershell(
      `    grant_type    = "client_credentials"\n    client_id     = "${appId()}"\n    client_secret = '${secret}'\n    scope         = "https://graph.microsoft.com/User.Read"`,
    ),
    ...{ cause: 'request', verdict: '1002012', source: pages.powershell },
  },
  {
    name: 'PowerShell hashtable in one line, with variables',
    text: `$b=@{grant_type='urn:ietf:params:oauth:grant-type:jwt-bearer';client_id='${appId()}';client_secret=$secret;assertion=$token;scope='User.Read'}; irm ${v2} -Method Post -Body $b`,
    ...{ cause: 'request', verdict: '900144', says: /requested_token_use/, source: pages.powershell },
  },
  {
    name: 'PowerShell hashtable converted to JSON',
    text: powershell(
      `    grant_type = "client_credentials"\n    client_id = "${appId()}"\n    client_secret = "${secret}"\n    scope = "${graphDefault}"`,
      `Invoke-RestMethod -Method Post -Uri ${v2} -Body ($body | ConvertTo-Json)`,
    ),
    ...{ cause: 'request', verdict: '900144', says: /JSON/, source: pages.powershell },
  },
  {
    name: 'PowerShell string',
    text: `$body = "grant_type=client_credentials&client_id=${appId()}&client_secret=${secret}&scope=User.Read"\nInvoke-RestMethod -Method Post -Uri "${v2}" -Body $body`,
    ...{ cause: 'request', verdict: '1002012', source: pages.powershell },
  },
  {
    name: 'Python dict',
    text: `url = f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"\ndata = {\n    'grant_type': 'urn:ietf:params:oauth:grant-type:jwt-bearer',\n    'client_id': '${appId()}',\n    'client_secret': '${secret}',\n    'assertion': '${assertionOf({ aud: 'https://graph.microsoft.com' })}',\n    'scope': 'User.Read',\n    'requested_token_use': 'on_behalf_of',\n}\nr = requests.post(url, data=data)`,
    ...{ cause: 'request', verdict: '500131', source: pages.requests },
  },
  {
    name: 'Python dict sent as JSON',
    text: `payload = {"grant_type": "client_credentials", "client_id": "${appId()}", "client_secret": os.environ["SECRET"], "scope": "${graphDefault}"}\nrequests.post("${v2}", json=payload)`,
    ...{ cause: 'request', verdict: '900144', says: /JSON/, source: pages.requests },
  },
  {
    name: 'JavaScript object',
    text: `const response = await fetch("${v2}", { method: "POST", body: new URLSearchParams({ grant_type: "client_credentials", client_id: "${appId()}", client_secret: process.env.SECRET, scope: "User.Read" }) });`,
    ...{ cause: 'request', verdict: '1002012', source: pages.clientCredentials },
  },
  {
    name: 'Postman bulk edit',
    text: `grant_type:client_credentials\nclient_id:${appId()}\nclient_secret:${mark}a+b&c%d\nscope:https://graph.microsoft.com/User.Read\n//resource:https://graph.microsoft.com`,
    ...{ cause: 'request', verdict: '1002012', source: pages.postman },
  },
  {
    name: 'Postman console dump',
    text: `POST ${v2}\nContent-Type: application/x-www-form-urlencoded\nUser-Agent: PostmanRuntime/7.39.0\n\ngrant_type: "client_credentials"\nclient_id: "${appId()}"\nclient_secret: "${secret}"\nscope: "User.Read"\nHTTP/1.1 400 Bad Request\n\n${errorJson('1002012', 'The provided value for scope User.Read is not valid.')}`,
    ...{ cause: 'request', verdict: '1002012', says: /single permissions/, source: pages.postman },
  },
  {
    name: 'Postman export',
    text: JSON.stringify({
      method: 'POST',
      header: [],
      body: {
        mode: 'urlencoded',
        urlencoded: [
          { key: 'grant_type', value: 'client_credentials', type: 'text' },
          { key: 'client_id', value: appId(), type: 'text' },
          { key: 'client_secret', value: secret, type: 'text' },
          { key: 'scope', value: 'User.Read', type: 'text' },
          { key: 'resource', value: 'x', disabled: true },
        ],
      },
      url: { raw: v2, protocol: 'https' },
    }),
    ...{ cause: 'request', verdict: '1002012', source: pages.postman },
  },
  {
    name: 'the form view of developer tools',
    text: `grant_type: client_credentials\nclient_id: ${appId()}\nclient_secret: ${secret}\nscope: User.Read`,
    ...{ cause: 'request', verdict: '1002012', source: pages.clientCredentials },
  },
  {
    name: 'a table of a proxy',
    text: `grant_type\tclient_credentials\nclient_id\t${appId()}\nclient_secret\t${secret}\nscope\tUser.Read`,
    ...{ cause: 'request', verdict: '1002012', source: pages.clientCredentials },
  },
  {
    name: 'a body that is encoded as a whole',
    text: encodeURIComponent(obo({ requested_token_use: undefined })),
    ...{ cause: 'request', verdict: '900144', says: /requested_token_use/, source: pages.form },
  },
  {
    name: 'a body that is encoded as a whole, and otherwise right',
    text: post(encodeURIComponent(appOnly())),
    ...{ cause: 'request', verdict: '900144', says: /whole body/, source: pages.form },
  },
  {
    name: 'values that are encoded twice',
    text: post(appOnly({ scope: encodeURIComponent(graphDefault) })),
    ...{ cause: 'request', verdict: '70011', says: /encoded twice/, source: pages.form },
  },
  {
    name: 'a grant type that is encoded twice',
    text: post(obo({ grant_type: encodeURIComponent('urn:ietf:params:oauth:grant-type:jwt-bearer') })),
    ...{ cause: 'request', verdict: '70003', says: /encoded twice/, source: pages.form },
  },
  {
    name: 'curl with masked values',
    text: `curl -X POST ${v2} -d 'grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer' -d 'client_id=${appId()}' -d 'client_secret=***' -d 'assertion=eyJ0eXAiOiJKV1Qi...' --data-urlencode 'scope=Mail.Read' -d requested_token_use=on_behalf_of`,
    ...{ code: '65001', cause: 'consent', verdict: '65001', says: /Mail\.Read is not granted/, source: pages.curl },
  },
  {
    name: 'curl for Windows',
    text: `curl.exe -X POST "${v2}" ^\n  -H "Content-Type: application/x-www-form-urlencoded" ^\n  --data-raw "${appOnly({ scope: 'User.Read' })}"`,
    ...{ cause: 'request', verdict: '1002012', source: pages.curl },
  },
];
