import type { RawRequest } from '../rawHttp.ts';
import {
  call,
  get,
  without,
  exchangeOf,
  batchOf,
  listOf,
  uploadOf,
  type Attack,
  type AttackContext,
} from './attackRequests.ts';
import { hostAttacks, originAttacks, secretAttacks } from './identityAttacks.ts';
import { methodAttacks, bodyAttacks, pathAttacks, upgradeAttacks } from './protocolAttacks.ts';
import { placeAttacks, nameAttacks, listAttacks, uploadAttacks } from './placeAttacks.ts';

/** The valid forms of the attacks: all of these have to be accepted, or the table would prove nothing. */
export function harmlessRequests(context: AttackContext): Readonly<Record<string, RawRequest>> {
  return {
    call: call(context),
    batch: batchOf(context, {}),
    list: listOf(context),
    'list of a missing place': listOf(context, { relative: 'a/b' }),
    upload: uploadOf(context, '5'),
    page: get(context, '/'),
    picture: get(context, `/media/${'a'.repeat(32)}`),
    'page without Origin': without(get(context, '/'), 'Origin'),
    session: get(context, '/api/session'),
    'exchange of the token': exchangeOf(context, { token: context.server.token }),
  };
}

/** The whole table. */
export function serverAttacks(context: AttackContext): readonly Attack[] {
  const makers = [
    hostAttacks,
    originAttacks,
    methodAttacks,
    secretAttacks,
    bodyAttacks,
    pathAttacks,
    placeAttacks,
    nameAttacks,
    listAttacks,
    uploadAttacks,
    upgradeAttacks,
  ];
  return makers.flatMap((make) => make(context));
}
