import { holdersApart } from '../support/holder-scans.js';
import { allCells, callsAboutKeys } from './fault-matrix/cells.js';
import { describeCells } from './fault-matrix/describe-cells.js';

await describeCells((calls) => allCells(callsAboutKeys(calls)), { keyReading: holdersApart });
