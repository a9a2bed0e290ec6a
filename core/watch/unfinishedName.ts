/** Endings and beginnings that browsers, copy programs, editors and synchronisers give to files on their way. */
const UNFINISHED =
  /(\.(part|partial|crdownload|download|opdownload|tmp|temp|filepart|aria2|!ut|swp|swx)|~)$|^(~\$|\.~|\.syncthing\.|\.goutputstream-|\.nfs[0-9a-f]+|\.fuse_hidden)/i;

/** Files of the systems themselves, of which nobody wants to hear. */
const OF_THE_SYSTEM =
  /^(\.ds_store|thumbs\.db|desktop\.ini|ehthumbs\.db|\.directory|\.stfolder|\.stignore)$/i;

/** Whether a name says that its file is not ready, or is no image of anybody's. */
export function isUnfinishedName(name: string): boolean {
  return UNFINISHED.test(name) || OF_THE_SYSTEM.test(name);
}
