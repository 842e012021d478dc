import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { correctedTime, reportedSkew, skewNote, toleratedSkew } from '../../src/model/clock/clock-skew.js';

const graph = fc.date({ min: new Date('2020-01-01'), max: new Date('2090-01-01'), noInvalidDate: true });
const skew = fc.integer({ min: -400 * 86_400_000, max: 400 * 86_400_000 });
const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

describe('the corrected time', () => {
  it('never differs from Graph’s time by more than five minutes', () => {
    fc.assert(
      fc.property(graph, skew, (time, difference) => {
        const corrected = Date.parse(correctedTime(iso(time.getTime() + difference), difference));
        expect(Math.abs(corrected - time.getTime())).toBeLessThanOrEqual(toleratedSkew);
      }),
    );
  });

  it('keeps the order of local times', () => {
    fc.assert(
      fc.property(graph, skew, fc.nat(), (time, difference, later) => {
        const [first, second] = [0, later].map((more) => correctedTime(iso(time.getTime() + more), difference));
        expect((first ?? '') <= (second ?? '')).toBe(true);
      }),
    );
  });

  it.each([
    [300_000, '2026-11-26T02:10:00.000Z'],
    [-300_000, '2026-11-26T02:10:00.000Z'],
    [300_001, '2026-11-26T02:04:59.999Z'],
    [-300_001, '2026-11-26T02:15:00.001Z'],
    [undefined, '2026-11-26T02:10:00.000Z'],
  ])('with a difference of %p ms is %s', (difference, time) => {
    expect(correctedTime('2026-11-26T02:10:00.000Z', difference)).toBe(time);
  });
});

describe('the note about the clock', () => {
  it.each([
    [undefined, undefined],
    [60_000, undefined],
    [-60_000, undefined],
    [60_001, "The clock of this machine is 60 s ahead of Graph's clock. Set the clock."],
    [-90_000, "The clock of this machine is 90 s behind Graph's clock. Set the clock."],
    [600_000, "The clock of this machine is 600 s ahead of Graph's clock. The scan used Graph's time. Set the clock."],
  ])('with a difference of %p ms is %p', (difference, note) => expect(skewNote(difference)).toBe(note));

  it('exists for every difference that is corrected', () => {
    expect(reportedSkew).toBeLessThan(toleratedSkew);
    fc.assert(
      fc.property(skew, (difference) => {
        const local = '2026-11-26T02:10:00.000Z';
        const corrected = correctedTime(local, difference) !== local;
        expect(skewNote(difference)?.includes("used Graph's time") ?? false).toBe(corrected);
      }),
    );
  });
});
