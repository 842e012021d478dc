// The web app: the review page and its API. Only its identity may sign decisions. It processes no queue, and the
// deployment creates the queues to which it sends.
import './catch-up.js';
import './flush-telemetry.js';
import './review-page.js';
import { signerOf } from '../wiring/signer-parts.js';
import { useParts } from './shared-runtime.js';

useParts({ signer: signerOf, queues: [] });
