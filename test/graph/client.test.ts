import { describe, expect, it } from '@jest/globals';
import { scopeOf, urlOf } from '../../src/graph/http/client.js';

const cloud = { endpoint: 'https://graph.microsoft.com', simulated: false };
const china = { endpoint: 'https://microsoftgraph.chinacloudapi.cn', simulated: false };
const simulator = { endpoint: 'http://127.0.0.1:4000', simulated: true };

describe('the scope of a token', () => {
  it.each([
    [cloud, 'https://graph.microsoft.com/.default'],
    [china, 'https://microsoftgraph.chinacloudapi.cn/.default'],
    [simulator, 'https://graph.microsoft.com/.default'],
  ])('of %j is %s', (graph, scope) => expect(scopeOf(graph)).toBe(scope));
});

describe('the URL of a request', () => {
  it.each([
    [cloud, '/applications?$top=1', 'https://graph.microsoft.com/v1.0/applications?$top=1'],
    [china, 'organization', 'https://microsoftgraph.chinacloudapi.cn/v1.0/organization'],
    [cloud, 'https://graph.microsoft.com/v1.0/a?$skiptoken=x', 'https://graph.microsoft.com/v1.0/a?$skiptoken=x'],
    [simulator, 'https://graph.microsoft.com/v1.0/a', 'https://graph.microsoft.com/v1.0/a'],
    [simulator, 'http://127.0.0.1:4000/v1.0/a?b', 'https://graph.microsoft.com/v1.0/a?b'],
  ])('in %j for %s is %s', (graph, path, url) => expect(urlOf(graph, path)).toBe(url));

  it.each([
    'https://evil.example/v1.0/applications',
    'https://graph.microsoft.com.evil.example/v1.0/a',
    'https://graph.microsoft.com:8443/v1.0/a',
    'https://user@graph.microsoft.com/v1.0/a',
    'http://graph.microsoft.com/v1.0/a',
    'http://127.0.0.1:4000/v1.0/a',
    'https://graph.microsoft.us/v1.0/a',
    '//evil.example/v1.0',
    'file:///etc/passwd',
    'https://',
  ])('is rejected for the link %s, because it must not receive a token', (link) => {
    expect(() => urlOf(cloud, link)).toThrow(expect.objectContaining({ code: 'graph-malformed' }));
  });
});
