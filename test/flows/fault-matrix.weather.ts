import { allCells } from './fault-matrix/cells.js';
import { describeCells } from './fault-matrix/describe-cells.js';

await describeCells(allCells);
