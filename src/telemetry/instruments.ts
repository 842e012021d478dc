import type { Meter } from '@opentelemetry/api';
import { type Measurement, type MeasureName, measures } from '../jobs/telemetry/measures.js';

/** Records one value of a measure. */
type Recorder = (value: number, attributes: Measurement['attributes']) => void;

/** Creates an instrument for every measure. @returns a function that records measurements */
export function instrumentsOf(meter: Meter): (measurements: readonly Measurement[]) => void {
  const recorders = new Map<MeasureName, Recorder>();
  for (const name of Object.keys(measures) as MeasureName[]) recorders.set(name, instrument(meter, name));
  return (measurements) => {
    for (const { name, value, attributes } of measurements) recorders.get(name)?.(value, attributes);
  };
}

function instrument(meter: Meter, name: MeasureName): Recorder {
  const { kind, ...options } = measures[name];
  if (kind === 'sum') {
    const counter = meter.createCounter(name, options);
    return (value, attributes) => counter.add(value, attributes);
  }
  const other = kind === 'last' ? meter.createGauge(name, options) : meter.createHistogram(name, options);
  return (value, attributes) => other.record(value, attributes);
}
