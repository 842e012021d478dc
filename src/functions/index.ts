import './alerts.js';
import './flush-telemetry.js';
import './health.js';
import './nightly-scan.js';
import './poison.js';
import './remediations.js';
import './scan-requests.js';
import './web.js';
