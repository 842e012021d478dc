import { describe, expect, it } from '@jest/globals';
import { isRead, nextDelay, resourceUnitsIn } from '../../src/graph/http/throttle.js';

describe('a batch', () => {
  const reads = { requests: [{ id: '1', method: 'GET', url: '/a' }] };

  it.each<[string, string, unknown, boolean]>([
    ['POST', '/$batch', reads, true],
    ['POST', '$batch', reads, true],
    ['PATCH', '/$batch', reads, false],
    ['PUT', '/$batch', reads, false],
    ['POST', '/applications', reads, false],
    ['POST', '/applications/$batch', reads, false],
    ['POST', '/$batch/1', reads, false],
    ['POST', '/$batch', { requests: reads.requests[0] }, false],
    ['POST', '/$batch', {}, false],
  ])('%s %s %j is a read: %p', (method, path, body, read) => {
    expect(isRead({ method, path, body })).toBe(read);
  });
});

it.each(['network', 'timeout', 503] as const)('a read that failed with %p has more than four attempts', (failure) => {
  const attempted = { attempt: 4, failure, read: true, elapsed: 0, budget: 300_000, random: () => 0 };
  expect(nextDelay(attempted)).toBe(4000);
});

it.each([
  ['3', 3],
  ['0.5', 0.5],
  ['0', 0],
  ['-1', 0],
  ['-0', 0],
  ['Infinity', 0],
  ['many', 0],
  ['', 0],
  [null, 0],
  [undefined, 0],
])('the header x-ms-resource-unit %p is %p units', (header, units) => {
  expect(resourceUnitsIn(header)).toBe(units);
});
