import { queueNames } from '../jobs/ports/index.js';
import { watchPoison } from './watch-poison.js';

watchPoison('remediationsPoison', queueNames.remediations);
