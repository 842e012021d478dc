import { queueConnection } from '../config.js';
import { environment } from '../wiring/environment.js';

/** The settings under which the host finds the queues: those of the data account. */
export const connection = queueConnection(environment);
