/** The languages of the window, the desktop's menus and the report, as BCP 47 tags. docs/translating.md adds one. */
export const LANGUAGES = ['en', 'zh-TW'] as const;

export type Language = (typeof LANGUAGES)[number];
