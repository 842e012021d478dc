import { queueNames } from '../jobs/ports/index.js';
import { watchPoison } from './watch-poison.js';

watchPoison('scanRequestsPoison', queueNames.scanRequests);
watchPoison('alertsPoison', queueNames.alerts);
