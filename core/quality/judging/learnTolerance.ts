import type { ReasonCode } from '../../api/report.ts';
import { TOLERATED_CODES, type Tolerance } from '../../api/models/tolerance.ts';
import type { Assessment } from './assessment.ts';
import { verdict } from './verdict.ts';

/** A margin for images that are not among the samples. */
const HEADROOM = 1.5;
/** A network that exceeds its kind's limits by more than this is rightly flagged. */
const MAX_FACTOR = 2.5;
/** One reason can hide another, which appears once the first is tolerated. */
const ROUNDS = 4;

/** A square that became flat also differs too much, so the same limit applies. */
function toleratedCode(code: ReasonCode): ReasonCode {
  return code === 'dead-tile' || code === 'incomplete' ? 'unlike-input' : code;
}

/**
 * How far a network's limits have to be above those of its kind, so that correct results are not flagged.
 *
 * @param sound Assessments of results that the network made correctly.
 * @returns Factors of 1…2.5 for the reasons that came up; empty if none did.
 */
export function learnTolerance(sound: readonly Assessment[]): Tolerance {
  let tolerance: Tolerance = {};
  for (let round = 0; round < ROUNDS; round++) {
    const reasons = sound.flatMap((assessment) => verdict(assessment, tolerance).reasons);
    const factors = TOLERATED_CODES.flatMap((code) => {
      const found = reasons.filter((reason) => toleratedCode(reason.code) === code);
      if (found.length === 0) return [];
      const excess = Math.max(...found.map(({ value, limit }) => value / limit));
      return [[code, Math.min(MAX_FACTOR, (tolerance[code] ?? 1) * excess * HEADROOM)] as const];
    });
    if (factors.length === 0) return tolerance;
    tolerance = { ...tolerance, ...Object.fromEntries(factors) };
  }
  return tolerance;
}
