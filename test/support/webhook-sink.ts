import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/** The next answer of a sink; `hang` never answers. */
export type NextAnswer = Answer | 'hang';

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

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
    if (Buffer.byteLength(body) > (options.largest ?? largest)) return { status: 413 };
    return { status: cardFault(body) ? 400 : 202 };
  });
}

/** A receiver that accepts all requests. */
export function anOpenSink(): Promise<WebhookSink> {
  return aSink(() => ({ status: 200 }));
}

/** A receiver as strict as an incoming webhook of Slack. */
export function aSlackSink(): Promise<WebhookSink> {
  return aSink((body) => (blocksFault(body) ? { status: 400, body: 'invalid_blocks' } : { status: 200, body: 'ok' }));
}

async function aSink(judge: (body: string) => Answer): Promise<WebhookSink> {
  const received: Received[] = [];
  const ordered: NextAnswer[] = [];
  const server = createServer((request, response) => void take(request, response));
  async function take(request: IncomingMessage, response: ServerResponse) {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const next = ordered.shift();
    const answer: Answer = next === 'hang' ? { status: 0 } : (next ?? judge(body));
    received.push({
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body,
      status: answer.status,
    });
    if (next === 'hang') return;
    response.writeHead(answer.status, answer.headers).end(answer.body);
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
const factSet = z.strictObject({
  type: z.literal('FactSet'),
  spacing,
  facts: z.array(z.strictObject({ title: z.string().min(1), value: z.string().min(1) })).min(1),
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
          body: z.array(z.union([textBlock, richText, factSet, container])).min(1),
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
    markdown: elements.flatMap((element) => {
      if (element.type === 'FactSet') return element.facts.map(({ title, value }) => `${title}: ${value}`);
      return element.type === 'TextBlock' ? [element.text] : [];
    }),
    plain: elements.flatMap((element) =>
      element.type === 'RichTextBlock' ? [element.inlines.map(({ text }) => text).join('')] : [],
    ),
  };
}

const plainText = (most: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(most), emoji: z.literal(false) });
const mrkdwn = (most: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(most), verbatim: z.literal(true) });
const button = z.strictObject({ type: z.literal('button'), text: plainText(75), url: z.url().max(3000) });

/** The part of Block Kit that is used. Source: Slack, Block Kit reference. */
const blockMessage = z.strictObject({
  text: z.string().min(1).max(3000),
  blocks: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('header'), text: plainText(150) }),
        z.strictObject({
          type: z.literal('section'),
          text: z.union([plainText(3000), mrkdwn(3000)]),
          fields: z.array(mrkdwn(2000)).min(1).max(10).optional(),
        }),
        z.strictObject({ type: z.literal('context'), elements: z.array(plainText(3000)).min(1).max(10) }),
        z.strictObject({ type: z.literal('actions'), elements: z.array(button).min(1).max(25) }),
      ]),
    )
    .min(1)
    .max(50)
    // Slack documents no such limit. Source: slackapi/bolt-js, issue 2509.
    .refine((blocks) => Buffer.byteLength(JSON.stringify(blocks)) < 13_000, 'msg_blocks_too_long'),
});

/** Why Slack would refuse a message; undefined where it takes it. */
export function blocksFault(body: string): string | undefined {
  try {
    const parsed = blockMessage.safeParse(JSON.parse(body));
    return parsed.success ? undefined : z.prettifyError(parsed.error);
  } catch {
    return 'invalid_payload';
  }
}

/** The texts of a message, by whether Slack renders markup in them. */
export function slackTextsOf(body: string): { markup: string[]; plain: string[]; buttons: [string, string][] } {
  const { blocks } = blockMessage.parse(JSON.parse(body));
  const texts = blocks.flatMap((block) => {
    if (block.type === 'actions') return [];
    return block.type === 'context'
      ? block.elements
      : [block.text, ...(block.type === 'section' ? (block.fields ?? []) : [])];
  });
  const of = (type: string) => texts.flatMap((text) => (text.type === type ? [text.text] : []));
  const buttons = blocks.flatMap((block) =>
    block.type === 'actions' ? block.elements.map(({ text, url }): [string, string] => [text.text, url]) : [],
  );
  return { markup: of('mrkdwn'), plain: of('plain_text'), buttons };
}
