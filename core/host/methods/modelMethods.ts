import path from 'node:path';
import { readRates } from '../estimates/machineRates.ts';
import { photoMs } from '../estimates/photoTime.ts';
import { Additions, waitingBehind } from '../models/additions.ts';
import { addedModelView, modelCards, modelViews } from '../models/modelViews.ts';
import type { AddedModels, AddOptions } from '../models/modelLibrary.ts';
import type { MethodsOf } from '../bindApi.ts';
import type { MethodInputs } from '../../api/methodInputs.ts';
import type { HostContext } from '../hostContext.ts';
import type { z } from 'zod';

type ModelMethod = 'listModels' | 'addModels' | 'cancelAddModels' | 'removeModel' | 'verifyModel';

/** Uploaded files belong together; other files may have companions in their own folder. */
async function addAll(
  { library, sources }: HostContext,
  { sources: places, ...facts }: z.output<MethodInputs['addModels']>,
  options: AddOptions,
): Promise<AddedModels> {
  const areSent = places.every(({ kind }) => kind === 'upload');
  const paths: string[] = [];
  for (const place of places) paths.push(...(await sources.resolve(place)));
  return areSent ? library.addTogether(paths, facts, options) : library.add(paths, facts, options);
}

/** The models: those of the program, and those that people add. */
export function modelMethods(context: HostContext): MethodsOf<ModelMethod> {
  const { library, hub, store } = context;
  const additions = new Additions((adding) => {
    hub.tell({ type: 'models-adding', adding });
  });
  const reportChange = async (): Promise<void> => {
    hub.tell({ type: 'models-changed', models: await modelViews(library) });
  };
  return {
    listModels: async () => {
      const rates = readRates(store);
      return { models: await modelCards(library, (manifest) => photoMs(manifest, rates)) };
    },
    addModels: async (input) => {
      const addition = additions.begin();
      try {
        const { outcomes, leftOut } = await addAll(context, input, {
          signal: addition.signal,
          onStep: (files, step) => {
            addition.show(
              waitingBehind(
                files.map((file) => path.basename(file)),
                step,
              ),
            );
          },
          onOutcome: ({ kind }) => {
            if (kind === 'added') void reportChange();
          },
        });
        return { outcomes: outcomes.map(addedModelView), leftOut };
      } finally {
        addition.end();
      }
    },
    cancelAddModels: () => Promise.resolve({ cancelled: additions.cancelAll() }),
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
