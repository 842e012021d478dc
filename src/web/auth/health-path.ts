/** The one path that App Service authentication excludes (`excludedPaths` in infra/). The health endpoint is there. */
export const healthPath = '/api/health';
