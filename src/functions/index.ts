import './nightly-scan.js';
import './scan-requests.js';
