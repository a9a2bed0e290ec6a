import type { ModelManifest } from '../../core/models/manifest.ts';
import { forTerminal, table } from '../text.ts';

const FULL_SCALE = 255;

function count(value: number): string {
  return value.toLocaleString('en');
}

function proofRows({ proof, tiling }: ModelManifest): string[][] {
  if (proof === undefined) return [];
  const { tileDifference, isExact, meanDrift, megapixelsPerSecond, bytesPerPx, reading } = proof;
  const difference =
    tileDifference === null ? 'not measured' : `at most ${(tileDifference * FULL_SCALE).toFixed(2)} of 255`;
  const tiles = isExact
    ? 'equal the whole image'
    : `approximate: ${difference}, cross-faded over ${tiling.blendPx} px`;
  const speeds = Object.entries(megapixelsPerSecond).map(
    ([device, pace]) => `${pace.toFixed(3)} (${device})`,
  );
  return [
    ['tiles', tiles],
    ['mean drift', `${(meanDrift * FULL_SCALE).toFixed(2)} of 255`],
    ['megapixels per second here', speeds.join(', ')],
    ['memory per input pixel', `${count(bytesPerPx)} bytes`],
    ...(reading === '' ? [] : [['read as', reading]]),
  ];
}

function originRows({ origin }: ModelManifest): string[][] {
  if (origin === undefined) return [];
  return [
    ['kind', origin.architecture],
    ...(origin.author === undefined ? [] : [['author', origin.author]]),
    ...(origin.source === undefined ? [] : [['source', origin.source]]),
    ['added', origin.addedAt],
    ...origin.files.map(({ name, sha256, sizeBytes }) => [
      'from',
      `${name}, ${count(sizeBytes)} bytes, SHA-256 ${sha256}`,
    ]),
  ];
}

/** A model's card for the terminal. */
export function describeModel(manifest: ModelManifest): string {
  const { id, name, purpose, scale, network, parameters, macs, receptiveFieldPx, tiling, licence, origin } =
    manifest;
  const rows = [
    ['id', id],
    ['name', name],
    ['for', purpose],
    ['scale', `×${scale}`],
    ['network', network],
    ['weights', count(parameters)],
    ['multiply-accumulates at 64 × 64', count(macs)],
    ['sees', `${receptiveFieldPx} × ${receptiveFieldPx} px`],
    ['context of a tile', `${tiling.contextPx} px`],
    ['licence', origin?.isNonCommercial === true ? `${licence} (not for commercial use)` : licence],
    ...originRows(manifest),
    ...proofRows(manifest),
    ...manifest.files.map(({ engine, sha256 }) => [`weights for ${engine}`, `SHA-256 ${sha256}`]),
  ];
  return table(
    ['what', 'value'],
    rows.map((row) => row.map(forTerminal)),
  );
}
