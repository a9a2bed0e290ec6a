import { defined } from '../core/api/defined.ts';
import { inputsOf, type BatchRequest } from '../core/host/batches/batchRequest.ts';

/**
 * A request whose input `-` is replaced by the paths on standard input.
 *
 * @param signal Raised to stop reading; its reason is thrown then.
 */
export async function withListedInputs(request: BatchRequest, signal?: AbortSignal): Promise<BatchRequest> {
  const inputs = inputsOf(request);
  if (!inputs.includes('-')) return request;
  const { readListFrom } = await import('../core/jobs/readList.ts');
  const listed = await readListFrom(process.stdin, { name: 'on standard input', ...defined({ signal }) });
  const paths = inputs.flatMap((input) => (input === '-' ? listed : [input]));
  return { ...request, spec: { ...request.spec, sources: paths.map((path) => ({ kind: 'path', path })) } };
}
