import { app } from '@azure/functions';
import { asRequest, asResponseInit } from './as-fetch.js';
import { sharedWeb } from './shared-web.js';

app.http('web', {
  route: '{*path}',
  methods: ['GET', 'HEAD', 'POST'],
  // App Service authentication runs first; the authenticator checks its result.
  authLevel: 'anonymous',
  handler: async (request) => asResponseInit(await (await sharedWeb()).fetch(await asRequest(request))),
});
