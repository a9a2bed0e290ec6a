/** Priorities of jobs, in the list and in the pool: the lower number goes first. A person's jobs overtake a watched folder's. */
export const PERSON_PRIORITY = 0;
export const WATCHED_FOLDER_PRIORITY = 1;
