import { z } from 'zod';

/** Sums of samples (amount, cost), the older ones with less weight. */
export const linearRateSchema = z.object({
  count: z.number().min(0),
  amount: z.number(),
  cost: z.number(),
  amountSquared: z.number(),
  amountCost: z.number(),
});

/** What something costs as a fixed part and a part per amount, from earlier samples. */
export type LinearRate = Readonly<z.infer<typeof linearRateSchema>>;

/** Beyond this weight, older samples fade with each new one, so that rates follow changes of the machine. */
const FULL_WEIGHT = 40;

/** Amounts must differ by this share of their mean before they show a fixed part. */
const MIN_SPREAD = 0.25;
const MIN_SAMPLES = 3;

const EMPTY: LinearRate = { count: 0, amount: 0, cost: 0, amountSquared: 0, amountCost: 0 };

/** A rate with one more sample. */
export function withSample(rate: LinearRate = EMPTY, amount: number, cost: number): LinearRate {
  const keep = rate.count < FULL_WEIGHT ? 1 : 1 - 1 / FULL_WEIGHT;
  return {
    count: rate.count * keep + 1,
    amount: rate.amount * keep + amount,
    cost: rate.cost * keep + cost,
    amountSquared: rate.amountSquared * keep + amount * amount,
    amountCost: rate.amountCost * keep + amount * cost,
  };
}

/** What an amount costs; in proportion, as long as the samples do not show a fixed part. */
export function costOf(rate: LinearRate, amount: number): number {
  const { count } = rate;
  if (count === 0 || rate.amount <= 0) return count === 0 ? 0 : rate.cost / count;
  const proportional = (rate.cost / rate.amount) * amount;
  const meanAmount = rate.amount / count;
  const variance = rate.amountSquared / count - meanAmount * meanAmount;
  if (count < MIN_SAMPLES || Math.sqrt(Math.max(variance, 0)) < MIN_SPREAD * meanAmount) return proportional;
  const slope = (rate.amountCost / count - (meanAmount * rate.cost) / count) / variance;
  const fixed = rate.cost / count - slope * meanAmount;
  return slope < 0 || fixed < 0 ? proportional : fixed + slope * amount;
}
