// Every function in one process: for a local host, and for tests. In Azure each app has its own entry point.
import './alerts.js';
import './catch-up-timer.js';
import './flush-telemetry.js';
import './health.js';
import './nightly-scan.js';
import './remediations.js';
import './remediations-poison.js';
import './review-page.js';
import './scan-requests.js';
import './scans-poison.js';
import './sentinel.js';
import { allParts } from '../runtime.js';
import { useParts } from './shared-runtime.js';

useParts(allParts);
