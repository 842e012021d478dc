export { harmless, harmlessLines } from '../model/text/safe-text.js';
