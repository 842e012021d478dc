import { type Fault, masked } from '../../settings/fault.js';
import { isLoopback } from '../../settings/primitives.js';

/** A webhook on this machine receives alerts of a simulated tenant only. */
export function loopbackFaults(setting: string, url: string | undefined, simulated: boolean): Fault[] {
  if (simulated || !isLoopback(url ?? '')) return [];
  const remedy = 'Only a simulated tenant may be alerted to this machine: give an https URL.';
  return [{ setting, value: masked, remedy }];
}
