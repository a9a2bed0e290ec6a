import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { HostEvent, MethodName, MethodResult, Reply } from '../../core/api/contract.ts';

/** A client of `enlarger serve`, as the window is one. */
export class ServeClient {
  readonly #origin: string;
  readonly #headers: Readonly<Record<string, string>>;

  private constructor(origin: string, headers: Readonly<Record<string, string>>) {
    this.#origin = origin;
    this.#headers = headers;
  }

  /** @param link What the command printed. */
  static async open(link: string): Promise<ServeClient> {
    const { origin, hash } = new URL(link);
    const response = await fetch(`${origin}/api/session`, {
      method: 'POST',
      headers: { Origin: origin, 'Content-Type': 'application/json' },
      body: JSON.stringify({ token: hash.slice('#t='.length) }),
    });
    const reply = (await response.json()) as { value: { csrf: string } };
    const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    return new ServeClient(origin, { Origin: origin, Cookie: cookie, 'X-Enlarger-CSRF': reply.value.csrf });
  }

  /** @throws Error with the reply's own error. */
  async call<Name extends MethodName>(method: Name, input: unknown = {}): Promise<MethodResult<Name>> {
    const response = await fetch(`${this.#origin}/api/${method}`, {
      method: 'POST',
      headers: { ...this.#headers, 'Content-Type': 'application/json' },
      body: JSON.stringify(input),
    });
    const reply = (await response.json()) as Reply<MethodResult<Name>>;
    if (!reply.ok) throw new Error(`${method}: ${JSON.stringify(reply.error)}`);
    return reply.value;
  }

  async upload(file: string): Promise<{ kind: 'upload'; uploadId: string }> {
    const name = encodeURIComponent(path.basename(file));
    const response = await fetch(`${this.#origin}/api/uploads?name=${name}`, {
      method: 'PUT',
      headers: this.#headers,
      body: readFileSync(file),
    });
    const reply = (await response.json()) as { value: { uploadId: string } };
    return { kind: 'upload', uploadId: reply.value.uploadId };
  }

  async media(address: string): Promise<{ bytes: Buffer; headers: Headers }> {
    const response = await fetch(`${this.#origin}/media/${address}`, { headers: this.#headers });
    if (!response.ok) throw new Error(`media: ${response.status}`);
    return { bytes: Buffer.from(await response.arrayBuffer()), headers: response.headers };
  }

  /** Reads events until one of them is what is waited for. */
  async until(isIt: (event: HostEvent) => boolean): Promise<void> {
    const response = await fetch(`${this.#origin}/api/events`, { headers: this.#headers });
    let text = '';
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      text += new TextDecoder().decode(chunk);
      const parts = text.split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) {
        if (part.startsWith('data: ') && isIt(JSON.parse(part.slice('data: '.length)) as HostEvent)) return;
      }
    }
    throw new Error('the events ended');
  }
}
