import { readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { OnnxNode } from '../../core/onnx/onnxGraph.ts';
import { writeOnnx } from '../../core/onnx/writeOnnx.ts';
import { childrenOf } from '../support/crashRig.ts';
import { patternRaster, writePng } from '../support/images.ts';
import { installModel } from '../support/nearestNetwork.ts';
import { finishedEvent, startCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const CHANNELS = 128;

/** Layers that together take many minutes for one tile, which everyone would call a hang. */
const LAYERS = 4_000;

/** A network for twice the size whose single tile takes longer than anyone would wait. */
function endlessNetwork(): Buffer {
  const value = (name: string) => ({ name, dims: ['batch', 3, `${name}-height`, `${name}-width`] });
  const layer = (input: string, weights: string, output: string): OnnxNode => ({
    operator: 'Conv',
    inputs: [input, weights],
    outputs: [output],
  });
  const weightsOf = (name: string, from: number, to: number) => ({
    name,
    dims: [to, from, 1, 1],
    data: new Float32Array(from * to).fill(1 / from),
  });
  const layers = Array.from({ length: LAYERS }, (_, index) =>
    layer(`deep${index}`, 'same', `deep${index + 1}`),
  );
  const spread: OnnxNode = {
    operator: 'DepthToSpace',
    inputs: ['narrow'],
    outputs: ['enlarged'],
    attributes: { blocksize: 2 },
  };
  return writeOnnx({
    nodes: [layer('image', 'first', 'deep0'), ...layers, layer(`deep${LAYERS}`, 'last', 'narrow'), spread],
    constants: [
      weightsOf('first', 3, CHANNELS),
      weightsOf('same', CHANNELS, CHANNELS),
      weightsOf('last', CHANNELS, 12),
    ],
    input: value('image'),
    output: value('enlarged'),
  });
}

test.skipIf(process.platform !== 'linux')(
  'Ctrl-C during a tile that hangs ends the worker, and leaves nothing',
  async () => {
    const [registry, folder] = [temporaryFolder(), temporaryFolder()];
    installModel(registry, 'endless-x2', 2, { weights: endlessNetwork() });
    const raster = patternRaster({ width: 500, height: 500, channels: 3, bitDepth: 8 });
    const image = writePng(path.join(folder, 'a.png'), raster);
    const output = path.join(folder, 'out');
    const cli = startCli([
      ...['run', '-i', image, '-o', output, '-s', '2', '-m', registry, '-n', 'endless-x2'],
      ...['-g', 'cpu', '--no-measure', '--json'],
    ]);
    await cli.until('"job-started"');
    // Long enough to be in the tile; a cancel that waited for it would run into the test's own limit.
    await delay(5_000);
    const workers = childrenOf(cli.child.pid ?? 0);
    cli.child.kill('SIGINT');
    const result = await cli.finished;
    expect([result.code, finishedEvent(result).totals]).toMatchObject([130, { inputs: 1, cancelled: 1 }]);
    expect(readdirSync(output)).toEqual([]);
    expect(workers.length).toBeGreaterThan(0);
    for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  },
  60_000,
);
