import os from 'node:os';
import type { DeviceProblem, DeviceView } from '../../api/views.ts';
import type { Device } from '../../engine/engine.ts';
import { forcedVulkanDriver, type GraphicsCard } from '../../engine/graphicsCards.ts';
import type { ProbeResult } from '../../engine/probeCache.ts';

/** The card that a provider uses: CUDA the NVIDIA card, all others the one with the most memory. */
function cardOf({ provider }: Device, cards: readonly GraphicsCard[]): GraphicsCard | undefined {
  return provider === 'cuda' ? cards.find(({ isNvidia }) => isNvidia) : cards[0];
}

/** A software driver that the environment names is what WebGPU uses, whatever cards there are. */
function forcedCard({ provider }: Device): GraphicsCard | undefined {
  const driver = provider === 'webgpu' ? forcedVulkanDriver() : undefined;
  return driver === undefined ? undefined : { name: `Vulkan driver ${driver}`, isNvidia: false };
}

const UNKNOWN_PROBLEM: DeviceProblem = { code: 'other', reason: 'It does not work.' };

function stateOf(device: Device, result: ProbeResult | undefined): DeviceView['state'] {
  if (device.missing !== undefined) return { kind: 'unusable', ...device.missing };
  if (result === undefined) return { kind: 'untested' };
  const { isUsable, problem = UNKNOWN_PROBLEM, megapixelsPerSecond } = result;
  return isUsable ? { kind: 'usable', megapixelsPerSecond } : { kind: 'unusable', ...problem };
}

/** A device in people's words: its own name, and that of the card behind a graphics interface. */
export function describeDevice(
  device: Device,
  cards: readonly GraphicsCard[],
  result: ProbeResult | undefined,
): DeviceView {
  const { id, engine, provider, kind } = device;
  const card = kind === 'gpu' ? (forcedCard(device) ?? cardOf(device, cards)) : undefined;
  const memoryBytes = kind === 'cpu' ? os.totalmem() : card?.memoryBytes;
  return {
    id,
    engine,
    provider,
    name: card === undefined ? device.name : `${card.name} (${device.name})`,
    kind,
    ...(memoryBytes !== undefined && { memoryBytes }),
    state: stateOf(device, result),
  };
}
