// The scanner: scans at night and sends alerts. Its identity reads the directory.
import './alerts.js';
import './catch-up-timer.js';
import './flush-telemetry.js';
import './health.js';
import './nightly-scan.js';
import './scan-requests.js';
import './scans-poison.js';
import './sentinel.js';
import { anchorsIn } from '../wiring/anchors.js';
import { channelsIn } from '../wiring/channels.js';
import { inventoryOf } from '../wiring/inventory.js';
import { useParts } from './shared-runtime.js';

useParts({ channels: channelsIn, anchors: anchorsIn, inventory: inventoryOf });
