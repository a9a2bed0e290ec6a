import type { HttpBindings } from '@hono/node-server';
import type { EnlargerHost } from '../api/contract.ts';
import type { MediaService } from '../media/mediaService.ts';
import type { Asset } from './assets.ts';
import type { BrowserPlaces } from './browserPlaces.ts';
import type { PathHider } from './pathHider.ts';
import type { Sessions } from './sessions.ts';

/** Objects that the routes share. */
export interface ServerContext {
  readonly host: EnlargerHost;
  readonly media: Pick<MediaService, 'read'>;
  readonly places: BrowserPlaces;
  readonly sessions: Sessions;
  readonly hider: PathHider;
  readonly assets: ReadonlyMap<string, Asset>;
}

export interface ServerEnvironment {
  Bindings: HttpBindings;
}
