/** The token in what a person pasted: the whole link of `enlarger serve`, or the token alone. */
export function tokenIn(pasted: string): string | undefined {
  const text = pasted.trim();
  const token = /#t=([\w-]+)$/.exec(text)?.[1] ?? text;
  return /^[\w-]{20,200}$/.test(token) ? token : undefined;
}
