import type { Meter } from '@opentelemetry/api';
import { type Measurement, type MeasureName, measures } from '../jobs/telemetry/measures.js';

/** Takes one value of a measure. */
type Take = (value: number, attributes: Measurement['attributes']) => void;

/** Makes an instrument for every measure; gives what takes measurements. */
export function instrumentsOf(meter: Meter): (measurements: readonly Measurement[]) => void {
  const takes = new Map<MeasureName, Take>();
  for (const name of Object.keys(measures) as MeasureName[]) takes.set(name, instrument(meter, name));
  return (measurements) => {
    for (const { name, value, attributes } of measurements) takes.get(name)?.(value, attributes);
  };
}

function instrument(meter: Meter, name: MeasureName): Take {
  const { kind, ...options } = measures[name];
  if (kind === 'sum') {
    const counter = meter.createCounter(name, options);
    return (value, attributes) => counter.add(value, attributes);
  }
  const other = kind === 'last' ? meter.createGauge(name, options) : meter.createHistogram(name, options);
  return (value, attributes) => other.record(value, attributes);
}
