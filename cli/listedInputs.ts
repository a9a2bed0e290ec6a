import type { BatchRequest } from '../core/host/batches/batchRequest.ts';

/** A request whose input `-` is replaced by the paths on standard input. */
export async function withListedInputs(request: BatchRequest): Promise<BatchRequest> {
  if (!request.inputs.includes('-')) return request;
  const { parseList } = await import('../core/jobs/readList.ts');
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) pieces.push(Buffer.from(piece as Buffer));
  const listed = await parseList(Buffer.concat(pieces));
  return { ...request, inputs: request.inputs.flatMap((input) => (input === '-' ? listed : [input])) };
}
