/** What a person asks for goes before what a watched folder found; the lower, the earlier. */
export const PERSON_PRIORITY = 0;
export const WATCHED_FOLDER_PRIORITY = 1;
