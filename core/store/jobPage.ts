import { z } from 'zod';
import { JOB_STATES, type JobCounts, type JobStateKind } from '../api/views.ts';
import type { SqlConnection, SqlValue } from './sqlConnection.ts';
import { JOB_COLUMNS, jobRowSchema, STORED_STATE_KINDS, type StoredJob } from './storedJob.ts';

/** Every order ends with the order in which the jobs were added. */
export type JobOrder =
  'queue' | 'newest' | 'name' | 'worst-first' | 'largest' | 'slowest' | 'state' | 'folder';

export interface JobQuery {
  readonly batchId?: number | undefined;
  readonly states?: readonly JobStateKind[] | undefined;
  /** Part of the name, whatever its case. */
  readonly search?: string | undefined;
  readonly order: JobOrder;
  readonly offset: number;
  readonly limit: number;
}

type Filter = Pick<JobQuery, 'batchId' | 'states' | 'search'>;

const ORDERS: Readonly<Record<JobOrder, string>> = {
  queue: 'priority, position, id',
  newest: 'id DESC',
  name: 'name_key, id',
  'worst-first': 'severity DESC, id',
  largest: 'target_width * target_height DESC, id',
  slowest: "iif(state = 'done' AND json_valid(detail), json_extract(detail, '$.elapsedMs'), NULL) DESC, id",
  state: `CASE state ${STORED_STATE_KINDS.map((kind, index) => `WHEN '${kind}' THEN ${index}`).join(' ')} END, id`,
  // A source is its folder and its name.
  folder: 'substr(source, 1, length(source) - length(name)), id',
};

const idSchema = z.object({ id: z.number() });
const countSchema = z.object({ count: z.number() });
const stateCountSchema = z.object({ state: z.enum(STORED_STATE_KINDS), count: z.number() });

/** The form of a name for searching and sorting: one Unicode form and one case. */
export function nameKeyOf(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** Some of the jobs, as SQL. */
interface Selection {
  readonly parts: readonly string[];
  readonly values: readonly SqlValue[];
}

const ALL: Selection = { parts: [], values: [] };

function both(one: Selection, other: Selection): Selection {
  return { parts: [...one.parts, ...other.parts], values: [...one.values, ...other.values] };
}

function whereOf({ parts }: Selection): string {
  return parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : '';
}

function ofBatch({ batchId }: Filter): Selection {
  return batchId === undefined ? ALL : { parts: ['batch_id = ?'], values: [batchId] };
}

function withStates({ states }: Filter): Selection {
  if (states === undefined) return ALL;
  const stored = states.flatMap((state) => (state === 'running' ? [state, 'publishing'] : [state]));
  return { parts: ['state IN (SELECT value FROM json_each(?))'], values: [JSON.stringify(stored)] };
}

function withName({ search = '' }: Filter): Selection {
  return search === '' ? ALL : { parts: ['instr(name_key, ?) > 0'], values: [nameKeyOf(search)] };
}

/** How many jobs are in each state, of all batches or of one. */
export function readCounts(sql: SqlConnection, batchId?: number): JobCounts {
  const { parts, values } = ofBatch({ batchId });
  const rows = sql.all(
    stateCountSchema,
    `SELECT state, sum(images) AS count FROM job_totals ${whereOf({ parts, values })} GROUP BY state`,
    ...values,
  );
  const counts = { queued: 0, running: 0, done: 0, skipped: 0, failed: 0, cancelled: 0 };
  for (const { state, count } of rows) counts[state === 'publishing' ? 'running' : state] += count;
  return counts;
}

/** A number of jobs from the totals, without a search by name. */
function totalOf(sql: SqlConnection, { batchId, states = JOB_STATES }: Filter): number {
  const counts = readCounts(sql, batchId);
  return states.reduce((sum, state) => sum + counts[state], 0);
}

function countNamed(sql: SqlConnection, filter: Filter): number {
  const chosen = both(both(ofBatch(filter), withName(filter)), withStates(filter));
  const query = `SELECT count(*) AS count FROM jobs INDEXED BY jobs_by_name ${whereOf(chosen)}`;
  return sql.one(countSchema, query, ...chosen.values)?.count ?? 0;
}

/** Up to this share of the list, jobs are found first and then sorted, instead of the other way round. */
const FEW = 0.1;

/**
 * Where to look for the jobs of a page. The database has no statistics on the length of a list or the rarity of a state, so the
 * index is named here.
 */
function sourceOf(query: JobQuery, few: boolean): Selection & { readonly index: string } {
  const chosen = both(ofBatch(query), withStates(query));
  const isNamed = query.search !== undefined && query.search !== '';
  if (query.order === 'name' && !few) {
    return { ...both(chosen, withName(query)), index: 'INDEXED BY jobs_by_name' };
  }
  if (isNamed) {
    const named = both(ofBatch(query), withName(query));
    const ids = `id IN (SELECT id FROM jobs INDEXED BY jobs_by_name ${whereOf(named)})`;
    return { ...both({ parts: [ids], values: named.values }, chosen), index: '' };
  }
  if (few && query.states !== undefined) {
    const anyBatch = { parts: ['batch_id IN (SELECT batch_id FROM job_totals)'], values: [] };
    return {
      ...both(query.batchId === undefined ? anyBatch : ALL, chosen),
      index: 'INDEXED BY jobs_by_state',
    };
  }
  return { ...chosen, index: '' };
}

/** Within a batch, numbers rise with ids, and there is an index of them. */
function orderOf({ order, batchId }: JobQuery): string {
  return order === 'newest' && batchId !== undefined ? 'number DESC' : ORDERS[order];
}

/** A page of the list, and how many jobs all pages have. */
export function readPage(
  sql: SqlConnection,
  query: JobQuery,
): { readonly total: number; readonly jobs: StoredJob[] } {
  const unnamed = totalOf(sql, query);
  const few = unnamed < FEW * totalOf(sql, {});
  const { index, values, ...source } = sourceOf(query, few);
  // Whole rows would make sorting a long list several times as slow.
  const ids = sql.all(
    idSchema,
    `SELECT id FROM jobs ${index} ${whereOf({ ...source, values })} ORDER BY ${orderOf(query)} LIMIT ? OFFSET ?`,
    ...[...values, query.limit, query.offset],
  );
  const columns = JOB_COLUMNS.replaceAll(/(\w+)/g, 'jobs.$1');
  const jobs = sql.all(
    jobRowSchema,
    `SELECT ${columns} FROM json_each(?) AS wanted JOIN jobs ON jobs.id = wanted.value ORDER BY wanted.key`,
    JSON.stringify(ids.map(({ id }) => id)),
  );
  const isNamed = query.search !== undefined && query.search !== '';
  return { total: isNamed ? countNamed(sql, query) : unnamed, jobs };
}
