import { app } from '@azure/functions';
import { catchUp } from './catch-up.js';

app.timer('catchUp', {
  // Away from the full hour, at which the nightly scan usually begins.
  schedule: '0 40 */2 * * *',
  handler: (_timer, context) => catchUp(context),
});
