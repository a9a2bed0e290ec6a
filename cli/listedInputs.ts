import { inputsOf, type BatchRequest } from '../core/host/batches/batchRequest.ts';

/** A request whose input `-` is replaced by the paths on standard input. */
export async function withListedInputs(request: BatchRequest): Promise<BatchRequest> {
  const inputs = inputsOf(request);
  if (!inputs.includes('-')) return request;
  const { parseList } = await import('../core/jobs/readList.ts');
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) pieces.push(Buffer.from(piece as Buffer));
  const listed = await parseList(Buffer.concat(pieces));
  const paths = inputs.flatMap((input) => (input === '-' ? listed : [input]));
  return { ...request, spec: { ...request.spec, sources: paths.map((path) => ({ kind: 'path', path })) } };
}
