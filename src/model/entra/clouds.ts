/** Where the services of one of Microsoft's clouds are. */
export interface Cloud {
  /** Root of Microsoft Graph, which tells the clouds apart. */
  readonly graph: string;
  /** The Entra admin center. */
  readonly adminCenter: string;
  /** Where people and apps sign in. */
  readonly authority: string;
  /** What the names of storage accounts end in. */
  readonly storageSuffix: string;
  /** What a managed identity's token must be made for to be taken as an app's client assertion. */
  readonly tokenExchangeAudience: string;
}

/** The cloud of everybody who names no other. */
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
 * Every cloud. Two of them share all but Graph: US Government L4, and L5 (DOD).
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
 * The cloud that a root of Graph belongs to; a simulator plays the worldwide one.
 * @param graphEndpoint a root without a trailing slash
 */
export function cloudOf(graphEndpoint: string): Cloud {
  return clouds.find(({ graph }) => graph === graphEndpoint) ?? worldwide;
}
