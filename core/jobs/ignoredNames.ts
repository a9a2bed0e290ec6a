/**
 * @file Names that never belong to a user's image, whatever searches the folder: `run`, a watched
 * folder or the window. One list, so that all of them ignore the same files.
 */

/** Our own unfinished results, and the resource forks that macOS writes next to files on other volumes. */
const OWN_OR_FORK = /^(\.enlarger-|\._)/;

/** Names that browsers, copy programs, editors and synchronisers give to incomplete files and to backups. */
const UNFINISHED =
  /(\.(part|partial|crdownload|download|opdownload|tmp|temp|filepart|aria2|!ut|!qb|swp|swx)|~)$|^(~\$|\.~|\.syncthing\.|\.goutputstream-|\.nfs[0-9a-f]+|\.fuse_hidden)/i;

/** Files that systems and synchronisers keep for themselves. */
const SYSTEM_FILE =
  /^(\.ds_store|thumbs\.db|desktop\.ini|ehthumbs(_vista)?\.db|\.directory|\.stfolder|\.stignore)$/i;

/**
 * Trash, thumbnails, snapshots and indexes: of macOS, Windows, freedesktop.org, Synology (`@eaDir`, `#recycle`,
 * `#snapshot`), QNAP (`@Recycle`, `.@__thumb`), Samba, Syncthing, Dropbox, and of archives made on macOS.
 */
const SYSTEM_FOLDER =
  /^(\.trash(es|-\d+)?|\$recycle\.bin|recycler|#recycle|@recycle|\.recycle|@eadir|\.@__thumb|@recently-snapshot|#snapshot|\.thumb(nail)?s?|\.xvpics|\.spotlight-v100|\.fseventsd|\.documentrevisions-v100|\.temporaryitems|system volume information|lost\+found|\.stversions|\.stfolder|\.dropbox\.cache|__macosx)$/i;

/** Whether a file of this name is ignored silently: it is unfinished, or not the user's. */
export function isIgnoredFile(name: string): boolean {
  return OWN_OR_FORK.test(name) || UNFINISHED.test(name) || SYSTEM_FILE.test(name);
}

/** Whether a folder of this name is never entered: its content was deleted, or belongs to the system. */
export function isIgnoredFolder(name: string): boolean {
  return SYSTEM_FOLDER.test(name) || name.startsWith('.enlarger-');
}
