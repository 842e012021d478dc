import type { Clock } from '../jobs/ports/index.js';
import { type PostOptions, post, type Receiver, type Reply } from './post.js';

/** Milliseconds for all waits of one delivery. The queue repeats a delivery that is throttled for longer. */
const patience = 60_000;
const firstDelay = 2_000;

/**
 * Posts that wait where the receiver asks for a pause (429): for the time that it gives, else for 2 s, 4 s, 8 s and so on.
 * The waits of all posts of one delivery count together.
 * @returns sends one body; gives the first answer that is not 429, or the last answer where the patience is used up
 */
export function patientPost(
  receiver: Receiver,
  clock: Pick<Clock, 'wait'>,
  options: PostOptions = {},
): (body: string) => Promise<Reply> {
  let [attempts, waited] = [0, 0];
  return async (body) => {
    for (;;) {
      const reply = await post(receiver, body, options);
      const delay = reply.retryAfter || firstDelay * 2 ** attempts;
      attempts += 1;
      if (reply.status !== 429 || waited + delay > patience) return reply;
      await clock.wait(delay, options.signal);
      waited += delay;
    }
  };
}
