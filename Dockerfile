# syntax=docker/dockerfile:1
# Two images of one build: `cli` is the command line (default), `functions` is the scanner under the Azure Functions host.
#   docker build -t consentinel .
#   docker build -t consentinel-scanner --target functions .
# docs/self-host.md says what was verified. To pin an image, give it by digest: --build-arg NODE_IMAGE=node@sha256:...
ARG NODE_IMAGE=node:22-bookworm-slim
ARG FUNCTIONS_IMAGE=mcr.microsoft.com/azure-functions/node:4-node22

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY . .
RUN npm ci && npm run package -- --app scanner && npm run pack
RUN mkdir /out && tar -xzf consentinel-*.tgz -C /out

FROM ${FUNCTIONS_IMAGE} AS functions
ENV AzureWebJobsScriptRoot=/home/site/wwwroot \
    FUNCTIONS_WORKER_RUNTIME=node \
    AzureFunctionsJobHost__Logging__Console__IsEnabled=true
COPY --from=build /src/package/scanner /home/site/wwwroot

FROM ${NODE_IMAGE} AS cli
ENV NODE_ENV=production
COPY --from=build /out/package /app
# The command line keeps its own files here: the key that signs approvals, and the anchors of the audit trail.
WORKDIR /data
RUN chown node:node /data
USER node
VOLUME /data
ENTRYPOINT ["node", "/app/dist/cli.js"]
CMD ["--help"]
