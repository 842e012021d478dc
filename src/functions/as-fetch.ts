import type { HttpRequest, HttpResponseInit } from '@azure/functions';

/** A request of the Functions runtime as a Fetch API request. */
export async function asRequest(request: HttpRequest): Promise<Request> {
  const { url, method } = request;
  const headers: [string, string][] = [...request.headers];
  const bodyless = method === 'GET' || method === 'HEAD';
  return new Request(url, { method, headers, ...(!bodyless && { body: await request.arrayBuffer() }) });
}

/** A Fetch API response as the Functions runtime takes it. */
export function asResponseInit({ status, headers, body }: Response): HttpResponseInit {
  return { status, headers: Object.fromEntries(headers), body: body as HttpResponseInit['body'] };
}
