/** Invisible characters in file names that have an effect: controls, and marks that change the writing direction. */
const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;

/** The text with invisible characters spelt out, so that `photo⟨U+202E⟩gnp.exe` does not look like an image. */
export function visibleText(text: string): string {
  return text.replaceAll(ACTING, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}
