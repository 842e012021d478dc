import type { HttpRequest, HttpResponseInit } from '@azure/functions';

/** A request of the Functions runtime as the web has it. */
export async function asRequest(request: HttpRequest): Promise<Request> {
  const { url, method } = request;
  const headers: [string, string][] = [...request.headers];
  const bodyless = method === 'GET' || method === 'HEAD';
  return new Request(url, { method, headers, ...(!bodyless && { body: await request.arrayBuffer() }) });
}

/** An answer of the web as the Functions runtime takes it. */
export function asResponseInit({ status, headers, body }: Response): HttpResponseInit {
  return { status, headers: Object.fromEntries(headers), body: body as HttpResponseInit['body'] };
}
