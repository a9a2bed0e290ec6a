import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InferenceSession as Session } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { InferenceSession, Tensor } from '../../../core/engine/onnxLoader.ts';
import { modelManifestSchema, type ModelManifest } from '../../../core/models/manifest.ts';
import { proveManifest } from '../../../core/models/proveManifest.ts';

const modelsFolder = fileURLToPath(new URL('../../../resources/models', import.meta.url));

const modelIds = readdirSync(modelsFolder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

function readManifest(id: string): ModelManifest {
  const text = readFileSync(path.join(modelsFolder, id, 'manifest.json'), 'utf8');
  return modelManifestSchema.parse(JSON.parse(text));
}

function readWeightsFile(id: string): Buffer {
  return readFileSync(path.join(modelsFolder, id, 'weights.onnx'));
}

/** The output for a grey square in which one pixel on the diagonal of the red plane may differ. */
async function enlargeSquare(
  session: Session,
  sidePx: number,
  { placePx, value }: { readonly placePx: number; readonly value: number },
): Promise<{ data: Float32Array; sidePx: number }> {
  const data = new Float32Array(3 * sidePx ** 2).fill(0.5);
  data[placePx * (sidePx + 1)] = value;
  const results = await session.run({ image: new Tensor('float32', data, [1, 3, sidePx, sidePx]) });
  const output = results['enlarged']!;
  return { data: output.data as Float32Array, sidePx: output.dims[3]! };
}

describe.each(modelIds)('the shipped model %s', (id) => {
  const manifest = readManifest(id);

  test('is named after its folder, its family and its scale', () => {
    expect(manifest.id).toBe(id);
    const names = [`${manifest.family}-x${manifest.scale}`, manifest.family];
    expect(names).toContain(id);
  });

  test('has the files that its manifest describes, and no others', () => {
    const folder = path.join(modelsFolder, id);
    const described = manifest.files.map(({ path: name, sha256, sizeBytes }) => ({
      name,
      sha256,
      sizeBytes,
    }));
    const found = readdirSync(folder)
      .filter((name) => !['manifest.json', 'README.md'].includes(name) && !name.endsWith('.webp'))
      .map((name) => {
        const bytes = readFileSync(path.join(folder, name));
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        return { name, sha256, sizeBytes: bytes.length };
      });
    const byName = (a: { name: string }, b: { name: string }): number => a.name.localeCompare(b.name);
    expect(found.sort(byName)).toEqual(described.sort(byName));
  });

  test('has weights for every engine that runs networks', () => {
    const engines = manifest.files.map(({ engine }) => engine);
    expect([...new Set(engines)].sort()).toEqual(['onnx', 'tensorflow']);
  });

  test('has the scale, parameters, arithmetic, receptive field and tensors that its manifest states', () => {
    proveManifest(manifest, readWeightsFile(id));
    expect(2 * manifest.tiling.contextPx + 1).toBeGreaterThanOrEqual(manifest.receptiveFieldPx);
  });

  test.each(Array.from({ length: manifest.tiling.multiplePx ?? 1 }, (_, place) => place))(
    'does not see beyond its receptive field when it runs, at position %i of a block of pixels',
    async (place) => {
      const reachPx = (manifest.receptiveFieldPx - 1) / 2;
      const multiplePx = manifest.tiling.multiplePx ?? 1;
      const session = await InferenceSession.create(path.join(modelsFolder, id, 'weights.onnx'));
      try {
        const sidePx = Math.ceil((2 * reachPx + 7) / multiplePx) * multiplePx;
        const middle = Math.floor((sidePx - 1) / 2 / multiplePx) * multiplePx + place;
        const plain = await enlargeSquare(session, sidePx, { placePx: middle, value: 0.5 });
        // Far outside any image's range, so that rounding does not hide the outermost weights.
        const marked = await enlargeSquare(session, sidePx, { placePx: middle, value: 10_000 });
        let farthestPx = -1;
        for (const [index, value] of marked.data.entries()) {
          if (value === plain.data[index]) continue;
          const column = Math.floor((index % plain.sidePx) / manifest.scale);
          farthestPx = Math.max(farthestPx, Math.abs(column - middle));
        }
        expect(plain.sidePx).toBe(sidePx * manifest.scale);
        expect(farthestPx).toBeGreaterThanOrEqual(0);
        expect(farthestPx).toBeLessThanOrEqual(reachPx);
      } finally {
        await session.release();
      }
    },
  );

  test('has a card that repeats its figures', () => {
    const card = readFileSync(path.join(modelsFolder, id, 'README.md'), 'utf8');
    const { parameters, macs, training, psnr } = manifest;
    for (const count of [parameters, macs, training!.steps, training!.seconds]) {
      expect(card).toContain(count.toLocaleString('en-GB'));
    }
    for (const decibels of Object.values(psnr ?? {})) expect(card).toContain(decibels.toFixed(3));
  });

  test('has a card with its record, its credits, its failures, its licence and a strip of three images', () => {
    const folder = path.join(modelsFolder, id);
    const card = readFileSync(path.join(folder, 'README.md'), 'utf8');
    for (const chapter of ['Measured', 'Training', 'Known failures', 'Images it was trained on']) {
      expect(card, chapter).toMatch(new RegExp(`^## ${chapter}\n\n.{20,}`, 'm'));
    }
    expect(card).toContain(`| licence of the weights | ${manifest.licence} |`);
    const strips = [...card.matchAll(/!\[.+?\]\((.+?\.webp)\)/g)].map(([, name]) => name);
    expect(strips.length).toBeGreaterThanOrEqual(3);
    for (const name of strips) expect(readdirSync(folder)).toContain(name);
  });

  test('has its training recorded in training/README.md', () => {
    const record = readFileSync(path.join(modelsFolder, '../../training/README.md'), 'utf8');
    expect(record).toContain(`| \`${id}\``);
  });
});

test('the family "fast" has one model for each of the scales 2, 3 and 4', () => {
  const scales = modelIds.map(readManifest).filter(({ family }) => family === 'fast');
  expect(scales.map(({ scale }) => scale)).toEqual([2, 3, 4]);
});
