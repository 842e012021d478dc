export { harmless, harmlessLines } from '../model/harmless.js';
