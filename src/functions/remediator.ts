// The remediator: executes approved plans. It has no HTTP endpoint and cannot sign, and its identity is the only one
// that writes to the directory.
import './flush-telemetry.js';
import './remediations.js';
import './remediations-poison.js';
import { queueNames } from '../jobs/ports/index.js';
import { remediatorOf } from '../wiring/remediation-parts.js';
import { useParts } from './shared-runtime.js';

useParts({ remediator: remediatorOf, readsAs: 'remediator', queues: [queueNames.remediations] });
