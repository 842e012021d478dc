import { expect, it } from '@jest/globals';
import { StorageQueues } from '../../src/storage/outbox.js';
import { freshStorage } from '../support/storage.js';

const queues = new StorageQueues(await freshStorage());

it('messages are plain ASCII JSON, as messageEncoding "none" in host.json expects', async () => {
  const message = { scanId: 'a <b> & "c" \u0007 \ufffe \ud800 ü 😀', tenantId: 't' };
  await queues.send('scan-requests', message);
  const [received] = await queues.receive('scan-requests', 1, 30);
  expect(JSON.parse(received?.text ?? '')).toEqual(message);
  expect(received?.text).toMatch(/^[\x20-\x7e]*$/);
  expect(received?.dequeueCount).toBe(1);
});

it('the length of a queue includes hidden messages', async () => {
  await queues.send('alerts', { scanId: '1' });
  const [message] = await queues.receive('alerts', 32, 30);
  expect(await queues.length('alerts')).toBe(1);
  if (message) await queues.remove('alerts', message);
  expect(await queues.length('alerts')).toBe(0);
});

it('a message moves unchanged to the poison queue', async () => {
  await queues.send('remediations', { remediationId: 'r1' });
  const [message] = await queues.receive('remediations', 1, 30);
  if (message) await queues.poison('remediations', message);
  const [poisoned] = await queues.receive('remediations-poison', 1, 30);
  expect(poisoned?.text).toBe('{"remediationId":"r1"}');
  expect(await queues.length('remediations')).toBe(0);
  expect((await queues.lengths()).find(({ queue }) => queue === 'remediations')?.givenUp).toBe(1);
});
