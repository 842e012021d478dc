/** Every rule, sorted by id: `scripts/rule-index.js` writes the list from the folders. */
export { rules } from './rules.generated.js';
