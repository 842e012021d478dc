import { holdersApart } from '../support/holder-scans.js';
import { callsAboutKeys, sampleCells } from './fault-matrix/cells.js';
import { describeCells } from './fault-matrix/describe-cells.js';

// `npm run weather` runs every cell.
await describeCells((calls) => sampleCells(callsAboutKeys(calls)), { keyReading: holdersApart });
