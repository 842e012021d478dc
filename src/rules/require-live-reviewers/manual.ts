export { manualFix } from '../require-consent-route/manual.js';
