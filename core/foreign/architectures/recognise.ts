import { Refusal } from '../refusal.ts';
import type { StateDict } from '../stateDict.ts';
import type { Architecture, ForeignNetwork } from './architecture.ts';
import { compact } from './compact.ts';
import { plksr } from './plksr.ts';
import { rrdb } from './rrdb.ts';
import { span } from './span.ts';
import { bareNames } from './weightReader.ts';

/** The least specific one comes last. */
const ARCHITECTURES: readonly Architecture[] = [rrdb, span, plksr, compact];

/** Networks that are recognised by a name among their weights, but not supported. */
const KNOWN_OTHERS: readonly (readonly [string, RegExp])[] = [
  ['DAT', /^before_RG\.1\.weight$/],
  ['HAT', /^layers\.0\.residual_group\.overlap_attn\./],
  ['SwinIR', /^layers\.0\.residual_group\.blocks\.0\.attn\.relative_position_index$/],
  ['Swin2SR', /^layers\.0\.residual_group\.blocks\.0\.attn\.logit_scale$/],
  ['OmniSR', /^residual_layer\.0\./],
  ['RGT', /^layers\.0\.blocks\.0\.gamma$/],
  ['SCUNet', /^m_head\.0\.weight$/],
  ['Restormer', /^encoder_level1\.0\.attn\./],
  ['SAFMN', /^feats\.0\.safm\.|^to_feat\.(0\.)?weight$/],
  ['SPANPlus', /^feats\.0\.eval_conv\.weight$/],
  ['Real-CUGAN', /^unet1\.conv1\.conv\.0\.weight$/],
  ['EDSR', /^head\.0\.weight$/],
  ['SwiftSRGAN', /^initial\.cnn\.depthwise\.weight$/],
  ['a Stable Diffusion network', /^model\.diffusion_model\./],
];

const UNDERSTOOD = 'ESRGAN (RRDBNet), Compact (SRVGGNet), SPAN and RealPLKSR';

/**
 * Finds out what network a set of weights is for and builds it.
 *
 * @throws Refusal `model/unsupported`, which names the network if it is a known one, and what would work.
 */
export function networkOfWeights(tensors: StateDict): ForeignNetwork {
  const bare = bareNames(tensors);
  const architecture = ARCHITECTURES.find(({ recognise }) => recognise(bare));
  if (architecture !== undefined) return architecture.build(bare);
  const names = [...bare.keys()];
  const known = KNOWN_OTHERS.find(([, pattern]) => names.some((name) => pattern.test(name)))?.[0];
  const what = known === undefined ? 'is of an unknown kind' : `is ${known}`;
  const sample = names
    .slice(0, 3)
    .map((name) => name.slice(0, 60))
    .join(', ');
  throw new Refusal(
    'model/unsupported',
    `The network ${what}, which cannot be built from its weights alone${known === undefined ? ` (${sample || 'no weights'})` : ''}. ` +
      `Supported: ${UNDERSTOOD}. For others, use the .onnx file of the network.`,
  );
}
