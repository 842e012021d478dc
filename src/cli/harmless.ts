export { safeLines as harmlessLines, safeText as harmless } from '../model/text/safe-text.js';
