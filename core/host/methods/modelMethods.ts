import type { MethodsOf } from '../bindApi.ts';
import type { HostContext } from '../hostContext.ts';
import { addedModelView, modelCards, modelViews } from '../models/modelViews.ts';

/** The models: those of the program, and those that people bring. */
export function modelMethods({
  library,
  sources,
  hub,
}: HostContext): MethodsOf<'listModels' | 'addModels' | 'removeModel' | 'verifyModel'> {
  const reportChange = async (): Promise<void> => {
    hub.tell({ type: 'models-changed', models: await modelViews(library) });
  };
  return {
    listModels: async () => ({ models: await modelCards(library) }),
    addModels: async ({ sources: places, ...facts }) => {
      const paths: string[] = [];
      for (const place of places) paths.push(...(await sources.resolve(place)));
      const { outcomes, leftOut } = await library.add(paths, facts);
      await reportChange();
      return { outcomes: outcomes.map(addedModelView), leftOut };
    },
    removeModel: async ({ modelId }) => {
      await library.remove(modelId);
      await reportChange();
      return { removed: true };
    },
    verifyModel: async ({ modelId }) => {
      const error = await library.verify(modelId);
      return error === undefined ? {} : { error };
    },
  };
}
