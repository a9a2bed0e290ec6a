import type { SqlValue } from './sqlConnection.ts';

/** Jobs by number, or all jobs of a batch. */
export type JobChoice = { readonly jobIds: readonly number[] } | { readonly batchId: number };

/** The condition that selects a choice, and its values. */
export function choiceCondition(choice: JobChoice): { readonly where: string; readonly values: SqlValue[] } {
  return 'batchId' in choice
    ? { where: 'batch_id = ?', values: [choice.batchId] }
    : { where: 'id IN (SELECT value FROM json_each(?))', values: [JSON.stringify(choice.jobIds)] };
}
