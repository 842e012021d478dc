import { z } from 'zod';
import { alertFaults, alertSettings } from '../alerts/settings.js';
import { cloudOf } from '../model/entra/clouds.js';
import type { Fault } from '../settings/fault.js';
import { isLoopback } from '../settings/primitives.js';
import { telemetryOf, telemetrySettings } from '../telemetry/settings.js';
import { approvalFaults, approvalSettings } from './approvals.js';
import { auditSettings } from './audit.js';
import { graphSettings, identitySettings, readerSettings, simulatorFaults } from './graph.js';
import { inventorySettings } from './inventory.js';
import { pageSettings } from './page.js';
import { remediationSettings } from './remediation.js';
import { scanFaults, scanSettings } from './scan.js';
import { dataStorageSettings, storageFaults, storageOf, storageSettings } from './storage.js';
import { tenantFaults, tenantSettings } from './tenants.js';

/** All settings, each at its place in `Config`. */
export const configSchema = z.object({
  graph: graphSettings,
  identity: identitySettings,
  storage: storageSettings,
  dataStorage: dataStorageSettings,
  tenants: tenantSettings,
  reader: readerSettings,
  scan: scanSettings,
  remediation: remediationSettings,
  approvals: approvalSettings,
  alerts: alertSettings,
  page: pageSettings,
  audit: auditSettings,
  inventory: inventorySettings,
  telemetry: telemetrySettings,
});

type Values = z.output<typeof configSchema>;

/** Faults that show only when settings are seen together. */
export function crossFaults(values: Values): Fault[] {
  const { graph, identity, storage, dataStorage, tenants, scan, remediation, approvals, alerts } = values;
  return [
    ...alertFaults(alerts, isLoopback(graph.endpoint)),
    ...simulatorFaults(graph, identity),
    ...storageFaults(storage, dataStorage),
    ...tenantFaults(tenants, remediation),
    ...approvalFaults(approvals, isLoopback(graph.endpoint)),
    ...scanFaults(scan),
  ];
}

/** Adds what follows from the settings. The identity's variables are left out: `@azure/identity` reads them itself. */
export function derive({ identity: _checked, graph, storage, dataStorage, telemetry, ...values }: Values) {
  const cloud = cloudOf(graph.endpoint);
  const telemetryConfig = telemetryOf(telemetry);
  return {
    ...values,
    /** `simulated`: the endpoint is a simulator on this machine, and tokens come from this machine only. */
    graph: { ...graph, simulated: isLoopback(graph.endpoint) },
    /** The portal, the sign-in and the storage hosts of the cloud of the Graph endpoint. */
    cloud,
    ...storageOf(storage, dataStorage, cloud, values.reader.clientId),
    /** Left out where no telemetry is sent. */
    ...(telemetryConfig && { telemetry: telemetryConfig }),
  };
}
