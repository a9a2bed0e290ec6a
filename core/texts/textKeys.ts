import { english } from './english/english.ts';

type EnglishKey = keyof typeof english;
type KeyOf<Name extends string> = Name extends `${infer Base}_${'one' | 'other'}` ? Base : Name;
type Counted<Key> = Key extends `${infer Base}_other` ? Base : never;

export type TextKey = KeyOf<EnglishKey>;

/** Whether there is a text with this key, which was composed at run time. */
export function isTextKey(key: string): key is TextKey {
  return key in english;
}

/**
 * Texts with the keys of the English ones; does not compile if one is missing or unknown. A language with more plural
 * forms than English adds them (`draft.title_few`).
 */
export type Translation<English> = Readonly<
  Record<keyof English, string> &
    Partial<Record<`${Counted<keyof English>}_${'zero' | 'two' | 'few' | 'many'}`, string>>
>;

/** All texts of a language. */
export type Catalogue = Translation<typeof english>;

export type TextValues = Readonly<Record<string, string | number>>;
