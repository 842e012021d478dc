import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/** The next answer of a sink; `hang` never answers. */
export type NextAnswer = { status: number; headers?: Record<string, string> } | 'hang';

/** A request to a sink. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The status of the answer; 0 for `hang`. */
  readonly status: number;
}

/** A local webhook. */
export interface WebhookSink {
  readonly url: string;
  /** All requests, including rejected ones, in the order of arrival. */
  readonly received: readonly Received[];
  /** The bodies of the accepted requests. */
  accepted(): string[];
  /** Sets the answers to the next requests. The sink does not check those requests. */
  answerNext(...answers: NextAnswer[]): void;
  close(): Promise<void>;
}

/** Source: Microsoft Learn, webhooks of Teams: the limit of a message is 28 KB. */
const largest = 28 * 1024;

/**
 * A receiver as strict as Workflows: 202 for a message with one Adaptive Card 1.4, 413 over 28 KB, otherwise 400.
 * @param options `largest` overrides the limit in bytes
 */
export function aTeamsSink(options: { largest?: number } = {}): Promise<WebhookSink> {
  return aSink((body) => {
    if (Buffer.byteLength(body) > (options.largest ?? largest)) return 413;
    return cardFault(body) ? 400 : 202;
  });
}

/** A receiver that accepts all requests. */
export function anOpenSink(): Promise<WebhookSink> {
  return aSink(() => 200);
}

async function aSink(judge: (body: string) => number): Promise<WebhookSink> {
  const received: Received[] = [];
  const ordered: NextAnswer[] = [];
  const server = createServer((request, response) => void take(request, response));
  async function take(request: IncomingMessage, response: ServerResponse) {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const next = ordered.shift();
    const answer = next && next !== 'hang' ? next : { status: next === 'hang' ? 0 : judge(body) };
    received.push({
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body,
      status: answer.status,
    });
    if (next === 'hang') return;
    response.writeHead(answer.status, answer.headers).end();
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/workflows/1/triggers/manual?sig=PLANTED-SIGNATURE`,
    received,
    accepted: () => received.filter(({ status }) => status >= 200 && status < 300).map(({ body }) => body),
    answerNext: (...answers) => void ordered.push(...answers),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const spacing = z.enum(['none', 'small', 'medium', 'large']).optional();
const colour = z.enum(['default', 'accent', 'attention', 'warning', 'good', 'dark', 'light']).optional();
const text = {
  text: z.string(),
  weight: z.enum(['bolder', 'lighter', 'default']).optional(),
  size: z.enum(['small', 'default', 'medium', 'large']).optional(),
  color: colour,
  isSubtle: z.boolean().optional(),
};
const open = z.strictObject({ type: z.literal('Action.OpenUrl'), title: z.string(), url: z.url() });
const textBlock = z.strictObject({
  type: z.literal('TextBlock'),
  wrap: z.boolean(),
  spacing,
  separator: z.boolean().optional(),
  ...text,
});
const richText = z.strictObject({
  type: z.literal('RichTextBlock'),
  spacing,
  separator: z.boolean().optional(),
  inlines: z.array(z.strictObject({ type: z.literal('TextRun'), ...text })).min(1),
});
const container = z.strictObject({
  type: z.literal('Container'),
  style: z.enum(['default', 'emphasis', 'good', 'attention', 'warning', 'accent']),
  spacing,
  items: z.array(z.union([textBlock, richText])).min(1),
});

/** The subset of Adaptive Cards 1.4 that the product uses. Source: adaptivecards.io, schema explorer. */
export const cardMessage = z.strictObject({
  type: z.literal('message'),
  attachments: z
    .array(
      z.strictObject({
        contentType: z.literal('application/vnd.microsoft.card.adaptive'),
        contentUrl: z.null(),
        content: z.strictObject({
          $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
          type: z.literal('AdaptiveCard'),
          version: z.literal('1.4'),
          msteams: z.strictObject({ width: z.literal('Full') }),
          fallbackText: z.string(),
          body: z.array(z.union([textBlock, richText, container])).min(1),
          actions: z.array(open).min(1),
        }),
      }),
    )
    .length(1),
});

/** The reason why a body is not a message with one card; undefined for a valid one. */
export function cardFault(body: string): string | undefined {
  try {
    const parsed = cardMessage.safeParse(JSON.parse(body));
    return parsed.success ? undefined : z.prettifyError(parsed.error);
  } catch {
    return 'not JSON';
  }
}

/** The texts of a card: those that Teams renders as Markdown, and plain ones. */
export function textsOf(body: string): { markdown: string[]; plain: string[] } {
  const card = cardMessage.parse(JSON.parse(body)).attachments[0]?.content;
  const elements = (card?.body ?? []).flatMap((element) => (element.type === 'Container' ? element.items : [element]));
  return {
    markdown: elements.flatMap((element) => (element.type === 'TextBlock' ? [element.text] : [])),
    plain: elements.flatMap((element) =>
      element.type === 'RichTextBlock' ? [element.inlines.map(({ text }) => text).join('')] : [],
    ),
  };
}
