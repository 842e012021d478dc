/** The addresses of the services of one Microsoft cloud. */
export interface Cloud {
  /** The root of Microsoft Graph, which identifies the cloud. */
  readonly graph: string;
  /** The root of the Entra admin center. */
  readonly adminCenter: string;
  /** The root of the token service. */
  readonly authority: string;
  /** The suffix of the host names of storage accounts. */
  readonly storageSuffix: string;
  /** The audience that a managed identity's token needs as an app's client assertion. */
  readonly tokenExchangeAudience: string;
}

/** The default cloud. */
export const worldwide: Cloud = {
  graph: 'https://graph.microsoft.com',
  adminCenter: 'https://entra.microsoft.com',
  authority: 'https://login.microsoftonline.com',
  storageSuffix: 'core.windows.net',
  tokenExchangeAudience: 'api://AzureADTokenExchange',
};

const usGovernment = {
  adminCenter: 'https://entra.microsoft.us',
  authority: 'https://login.microsoftonline.us',
  storageSuffix: 'core.usgovcloudapi.net',
  tokenExchangeAudience: 'api://AzureADTokenExchangeUSGov',
} as const;

/**
 * Every cloud. US Government L4 and L5 (DOD) share everything except Graph.
 * Sources: Microsoft Graph, "National cloud deployments"; Microsoft Entra, "National clouds", and its FAQ, hosts of the
 * admin center, and "Configure an application to trust a managed identity"; Azure Government and Azure China, "Compare",
 * endpoints of storage.
 */
export const clouds: readonly Cloud[] = [
  worldwide,
  { graph: 'https://graph.microsoft.us', ...usGovernment },
  { graph: 'https://dod-graph.microsoft.us', ...usGovernment },
  {
    graph: 'https://microsoftgraph.chinacloudapi.cn',
    adminCenter: 'https://entra.microsoftonline.cn',
    authority: 'https://login.chinacloudapi.cn',
    storageSuffix: 'core.chinacloudapi.cn',
    tokenExchangeAudience: 'api://AzureADTokenExchangeChina',
  },
];

/**
 * The cloud of a root of Graph; a simulator belongs to the worldwide cloud.
 * @param graphEndpoint a root without a trailing slash
 */
export function cloudOf(graphEndpoint: string): Cloud {
  return clouds.find(({ graph }) => graph === graphEndpoint) ?? worldwide;
}
