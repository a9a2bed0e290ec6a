/** A colour in CIELAB. */
export interface Lab {
  readonly l: number;
  readonly a: number;
  readonly b: number;
}

const CHROMA_KNEE = 25 ** 7;
const RADIANS = Math.PI / 180;

/**
 * CIEDE2000 colour difference with unit weights (CIE 142-2001), in the form of Sharma, Wu, Dalal: "The CIEDE2000
 * color-difference formula: implementation notes", Color Research and Application 30(1), 2005.
 *
 * @returns 0 for equal colours; a difference of about 1 is just noticeable.
 */
export function deltaE2000(first: Lab, second: Lab): number {
  const meanChroma = (length(first.a, first.b) + length(second.a, second.b)) / 2;
  const stretch = 1 + 0.5 * (1 - chromaWeight(meanChroma));
  const p = polar(first, stretch);
  const q = polar(second, stretch);

  const hueStep = hueDifference(p, q);
  const deltaHue = 2 * Math.sqrt(p.chroma * q.chroma) * Math.sin((hueStep / 2) * RADIANS);
  const hue = meanHue(p, q);
  const chroma = (p.chroma + q.chroma) / 2;
  const lightness = ((first.l + second.l) / 2 - 50) ** 2;

  const hueFactor =
    1 -
    0.17 * Math.cos((hue - 30) * RADIANS) +
    0.24 * Math.cos(2 * hue * RADIANS) +
    0.32 * Math.cos((3 * hue + 6) * RADIANS) -
    0.2 * Math.cos((4 * hue - 63) * RADIANS);
  const l = (second.l - first.l) / (1 + (0.015 * lightness) / Math.sqrt(20 + lightness));
  const c = (q.chroma - p.chroma) / (1 + 0.045 * chroma);
  const h = deltaHue / (1 + 0.015 * chroma * hueFactor);
  // The ellipses of equal difference are tilted for blue colours.
  const rotation = -Math.sin(60 * Math.exp(-(((hue - 275) / 25) ** 2)) * RADIANS) * 2 * chromaWeight(chroma);
  return Math.sqrt(l * l + c * c + h * h + rotation * c * h);
}

interface Polar {
  readonly chroma: number;
  /** Degrees, 0…360; 0 for a grey. */
  readonly hue: number;
}

function chromaWeight(chroma: number): number {
  const cube = chroma * chroma * chroma;
  const power = cube * cube * chroma;
  return Math.sqrt(power / (power + CHROMA_KNEE));
}

// Math.hypot guards against overflow, which makes it several times slower than a plain square root.
function length(a: number, b: number): number {
  return Math.sqrt(a * a + b * b);
}

function polar({ a, b }: Lab, stretch: number): Polar {
  const stretched = a * stretch;
  const hue = Math.atan2(b, stretched) / RADIANS;
  return { chroma: length(stretched, b), hue: hue < 0 ? hue + 360 : hue };
}

function hueDifference(p: Polar, q: Polar): number {
  if (p.chroma * q.chroma === 0) return 0;
  const step = q.hue - p.hue;
  if (step > 180) return step - 360;
  return step < -180 ? step + 360 : step;
}

function meanHue(p: Polar, q: Polar): number {
  const sum = p.hue + q.hue;
  if (p.chroma * q.chroma === 0) return sum;
  if (Math.abs(p.hue - q.hue) <= 180) return sum / 2;
  return sum < 360 ? (sum + 360) / 2 : (sum - 360) / 2;
}
