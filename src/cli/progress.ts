import { Presets, SingleBar } from 'cli-progress';
import type { ScanProgress } from '../jobs/scan/scan-context.js';
import { formatNumber, quantity } from '../model/text/format.js';
import { type Screen, writeLine } from './screen.js';

/** Shows the progress of a scan: a bar on a terminal, otherwise a line every few seconds. */
export interface ProgressDisplay {
  update(progress: ScanProgress): void;
  stop(): void;
}

const stages = { servicePrincipals: 'service principals', applications: 'applications' } as const;
/** Milliseconds: a log stays readable at 1,000,000 objects, and shows that a slow scan continues. */
const betweenLines = 5_000;

/** @param now milliseconds of a monotonic clock */
export function progressDisplay(screen: Screen, now: () => number = () => performance.now()): ProgressDisplay {
  return screen.log.isTTY ? bar(screen) : lines(screen, now);
}

function bar(screen: Screen): ProgressDisplay {
  const format = '{bar} {objects} objects | {pages} | {rate}/s | {left} | {stage}';
  const shown = new SingleBar(
    { format, stream: screen.log, hideCursor: true, clearOnComplete: true, barsize: 24, gracefulExit: false },
    Presets.shades_classic,
  );
  const start = performance.now();
  let started = false;
  return {
    update({ stage, objects, pages, total }) {
      if (!started)
        shown.start(total ?? 0, 0, { objects: '0', pages: quantity(0, 'page'), rate: '0', left: '', stage: '' });
      started = true;
      const seconds = (performance.now() - start) / 1000;
      const rate = objects / Math.max(seconds, 0.001);
      const left = total === undefined ? 'total unknown' : `${Math.ceil(Math.max(total - objects, 0) / rate)} s left`;
      shown.setTotal(Math.max(total ?? 0, objects));
      shown.update(objects, {
        objects: formatNumber(objects),
        pages: quantity(pages, 'page'),
        rate: formatNumber(Math.round(rate)),
        left,
        stage: stages[stage],
      });
    },
    stop: () => shown.stop(),
  };
}

function lines(screen: Screen, now: () => number): ProgressDisplay {
  let nextLine = Number.NEGATIVE_INFINITY;
  return {
    update({ stage, objects, pages, total }) {
      if (now() < nextLine && objects !== total) return;
      nextLine = now() + betweenLines;
      const of = total === undefined ? '' : ` of ${formatNumber(total)}`;
      writeLine(
        screen.log,
        `scanning ${stages[stage]}: ${formatNumber(objects)}${of} objects, ${quantity(pages, 'page')}`,
      );
    },
    stop: () => {},
  };
}
