import type { TableServiceClientOptions } from '@azure/data-tables';

type Policy = NonNullable<TableServiceClientOptions['additionalPolicies']>[number];

/**
 * Repeats a query whose answer has no list of rows. The SDK takes such an answer as an empty list, and a scan would then
 * know none of the stored findings. Source: Query Entities, the response body has an array `value`.
 */
export const incompleteAnswers: Policy = {
  position: 'perRetry',
  policy: {
    name: 'consentinel-incomplete-answers',
    async sendRequest(request, next) {
      const response = await next(request);
      const isQuery = request.method === 'GET' && new URL(request.url).pathname.endsWith('()');
      if (isQuery && response.status === 200 && !/"value"\s*:\s*\[/.test(response.bodyAsText ?? '')) throw incomplete();
      return response;
    },
  },
};

/** An error that the SDK takes for one of the network, and retries. */
function incomplete(): Error {
  return Object.assign(new Error('The answer has no list of rows.'), { name: 'RestError', code: 'ECONNRESET' });
}
